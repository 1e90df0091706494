#include "core/checkpoint/weights_files.h"

#include "core/checkpoint/safetensors_writer.h"
#include "core/checkpoint/torch_zip_writer.h"
#include "tests/core/checkpoint/checkpoint_support.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using test::error_of;
using ::testing::HasSubstr;

class WeightsFilesTest : public ::testing::Test {
 protected:
  void torch(const std::string& name) {
    FileOutput file(dir_ / name);
    write_torch_zip(tensors_, file);
    file.finish();
  }
  TensorMap read() { return read_weights_at(dir_.path()); }
  const TensorMap tensors_{{"a", test::tensor_of({1, 2}, {2})}};
  test::TempDir dir_;
};

TEST_F(WeightsFilesTest, EveryFormatOfADirectoryIsRead) {
  EXPECT_THAT(error_of([&] { read(); }, ErrorKind::kNotFound), HasSubstr("pytorch_model.bin.index.json"));
  torch("one.bin");
  test::write_text(dir_ / "pytorch_model.bin.index.json", R"({"weight_map": {"a": "one.bin"}})");
  EXPECT_EQ(find_weights(dir_.path()).format, WeightsFormat::kShardedTorch);
  test::expect_same_tensors(read(), tensors_);
  torch("pytorch_model.bin");
  EXPECT_EQ(find_weights(dir_.path()).format, WeightsFormat::kTorch);
  test::expect_same_tensors(read(), tensors_);
  write_safetensors(tensors_, dir_ / "one.safetensors");
  test::write_text(dir_ / "model.safetensors.index.json", R"({"weight_map": {"a": "one.safetensors"}})");
  EXPECT_EQ(find_weights(dir_.path()).format, WeightsFormat::kShardedSafetensors);
  test::expect_same_tensors(read(), tensors_);
  write_safetensors(tensors_, dir_ / "model.safetensors");
  EXPECT_EQ(find_weights(dir_.path()).format, WeightsFormat::kSafetensors);
  test::expect_same_tensors(read(), tensors_);
}

TEST_F(WeightsFilesTest, AFileIsReadByItsName) {
  torch("m.pth");
  write_safetensors(tensors_, dir_ / "m.safetensors");
  test::expect_same_tensors(read_weights_at(dir_ / "m.pth"), tensors_);
  test::expect_same_tensors(read_weights_at(dir_ / "m.safetensors"), tensors_);
}

}  // namespace
}  // namespace blip
