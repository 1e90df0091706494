#include "core/checkpoint/safetensors_writer.h"

#include "core/checkpoint/safetensors_reader.h"
#include "tests/core/checkpoint/checkpoint_support.h"
#include "tests/support/safetensors_file.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

TEST(SafetensorsWriter, WritesWhatTheReaderAndAnIndependentReaderRead) {
  const test::TempDir dir;
  TensorMap tensors{{"b", test::tensor_of({1, 2, 3, 4, 5, 6}, {2, 3})}, {"a", test::tensor_of({-1}, {})}};
  TensorView half = test::tensor_of({0}, {2});
  half.dtype = DType::kBFloat16;
  tensors.emplace("half", half);
  write_safetensors(tensors, dir / "t.safetensors");

  test::expect_same_tensors(read_safetensors_file(dir / "t.safetensors"), tensors);
  const test::SafetensorsFile file(dir / "t.safetensors");
  EXPECT_EQ(file.floats("b"), (std::vector<float>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(file.shape("a"), std::vector<std::int64_t>{});
}

TEST(SafetensorsWriter, DataBeginAtAMultipleOf64) {
  const test::TempDir dir;
  for (const char* name : {"x", "xx", "a longer name"}) {
    write_safetensors({{name, test::tensor_of({1}, {1})}}, dir / "t");
    EXPECT_EQ((test::read_text(dir / "t").size() - 4) % 64, 0u) << name;
  }
}

}  // namespace
}  // namespace blip
