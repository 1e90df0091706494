#include "core/checkpoint/sharded_reader.h"

#include "core/checkpoint/safetensors_reader.h"
#include "tests/core/checkpoint/checkpoint_support.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using test::error_of;
using ::testing::HasSubstr;

std::string file_of(const std::string& header, const std::string& data) {
  return test::little_endian(header.size(), 8) + header + data;
}

class ShardedReader : public ::testing::Test {
 protected:
  void shard(const std::string& file, const std::string& tensor) {
    const std::string header = "{\"" + tensor + R"(": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]}})";
    test::write_text(dir_ / file, file_of(header, "x"));
  }
  std::filesystem::path index(const std::string& weight_map) {
    test::write_text(dir_ / "model.safetensors.index.json", R"({"weight_map": )" + weight_map + "}");
    return dir_ / "model.safetensors.index.json";
  }
  static TensorMap read(const std::filesystem::path& index) { return read_shards(index, read_safetensors_file); }
  test::TempDir dir_;
};

TEST_F(ShardedReader, GathersTheTensorsOfAllShards) {
  shard("one", "a");
  shard("two", "b");
  const auto tensors = read(index(R"({"a": "one", "b": "two"})"));
  EXPECT_EQ(tensors.size(), 2u);
}

TEST_F(ShardedReader, NamesAMissingShardAndAMissingTensor) {
  shard("one", "a");
  EXPECT_THAT(error_of([&] { read(index(R"({"a": "one", "b": "two"})")); }, ErrorKind::kNotFound),
              HasSubstr("shard 'two' is missing"));
  EXPECT_THAT(error_of([&] { read(index(R"({"a": "one", "b": "one"})")); }), HasSubstr("tensor 'b' is missing"));
}

TEST_F(ShardedReader, RefusesATensorInTwoShards) {
  shard("one", "a");
  shard("two", "a");
  EXPECT_THAT(error_of([&] { read(index(R"({"a": "one", "a ": "two"})")); }), HasSubstr("missing"));
  const std::string both =
      R"({"a": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]}, "b": {"dtype": "U8", "shape": [1], "data_offsets": [1, 2]}})";
  test::write_text(dir_ / "two", file_of(both, "xy"));
  EXPECT_THAT(error_of([&] { read(index(R"({"a": "one", "b": "two"})")); }), HasSubstr("in another shard, too"));
}

TEST_F(ShardedReader, RefusesShardsOutsideTheDirectory) {
  for (const char* name : {"../one", "/etc/passwd", "sub/one", "..", ".", "", "..\\\\one"}) {
    EXPECT_THAT(error_of([&] { read(index(R"({"a": ")" + std::string(name) + "\"}")); }), HasSubstr("refuses shard"));
  }
}

TEST_F(ShardedReader, ReadsShardsOfTheOlderFormatInTheSameWay) {
  test::write_text(dir_ / "one", "");
  const auto read_one = [](const std::filesystem::path& path) {
    return TensorMap{{"a", test::tensor_of({static_cast<float>(path.filename().string().size())}, {1})}};
  };
  EXPECT_EQ(test::floats_of(read_shards(index(R"({"a": "one"})"), read_one).at("a")), std::vector<float>{3});
}

TEST_F(ShardedReader, RefusesAnIndexThatIsNone) {
  test::write_text(dir_ / "i.json", "[1]");
  EXPECT_THAT(error_of([&] { read(dir_ / "i.json"); }), HasSubstr("'weight_map'"));
  EXPECT_THAT(error_of([&] { read(index("[]")); }), HasSubstr("'weight_map'"));
  EXPECT_THAT(error_of([&] { read(index(R"({"a": 1})")); }), HasSubstr("no string"));
}

}  // namespace
}  // namespace blip
