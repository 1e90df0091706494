#include "core/checkpoint/safetensors_reader.h"

#include "tests/core/checkpoint/checkpoint_support.h"
#include "tests/support/golden.h"
#include "tests/support/safetensors_file.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using test::bytes_of;
using test::error_of;
using ::testing::HasSubstr;

std::string file_of(const std::string& header, const std::string& data) {
  return test::little_endian(header.size(), 8) + header + data;
}

TensorMap read(const std::string& header, const std::string& data) {
  return read_safetensors(bytes_of(file_of(header, data)), "x.safetensors");
}

std::string error(const std::string& header, const std::string& data) {
  return error_of([&] { read(header, data); });
}

std::string entry(const std::string& dtype, const std::string& shape, const std::string& offsets) {
  return R"({"t": {"dtype": ")" + dtype + R"(", "shape": )" + shape + R"(, "data_offsets": )" + offsets + "}}";
}

TEST(SafetensorsReader, ReadsEveryTypeInPlace) {
  const std::vector<std::pair<std::string, DType>> types{
      {"F64", DType::kFloat64}, {"F32", DType::kFloat32}, {"F16", DType::kFloat16}, {"BF16", DType::kBFloat16},
      {"I64", DType::kInt64},   {"I32", DType::kInt32},   {"I16", DType::kInt16},   {"I8", DType::kInt8},
      {"U8", DType::kUInt8},    {"BOOL", DType::kBool}};
  for (const auto& [name, dtype] : types) {
    const std::size_t size = 2 * dtype_size(dtype);
    const auto tensors = read(entry(name, "[1, 2]", "[0, " + std::to_string(size) + "]"), std::string(size, 'x'));
    ASSERT_TRUE(tensors.contains("t")) << name;
    EXPECT_EQ(tensors.at("t").dtype, dtype);
    EXPECT_EQ(tensors.at("t").shape, (std::vector<std::int64_t>{1, 2}));
    EXPECT_EQ(*static_cast<const char*>(tensors.at("t").data), 'x');
  }
}

TEST(SafetensorsReader, SkipsMetadataAndReadsScalarsAndEmptyTensors) {
  const auto tensors = read(
      R"({"__metadata__": {"format": "pt"}, "s": {"dtype": "U8", "shape": [], "data_offsets": [0, 1]}, "e": {"dtype": "F32", "shape": [0, 4], "data_offsets": [1, 1]}})",
      "\x07");
  ASSERT_EQ(tensors.size(), 2u);
  EXPECT_EQ(*static_cast<const std::uint8_t*>(tensors.at("s").data), 7);
  EXPECT_EQ(tensors.at("e").byte_count(), 0u);
}

TEST(SafetensorsReader, BringsUnalignedTensorsToAnAlignedAddress) {
  const float value = 1.5F;
  std::string data = "?" + std::string(reinterpret_cast<const char*>(&value), 4);
  const auto tensors = read(
      R"({"a": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]}, "b": {"dtype": "F32", "shape": [1], "data_offsets": [1, 5]}})",
      data);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(tensors.at("b").data) % 4, 0u);
  EXPECT_EQ(test::floats_of(tensors.at("b")), std::vector<float>{1.5F});
}

TEST(SafetensorsReader, RefusesAWrongPrefix) {
  EXPECT_THAT(error_of([] { read_safetensors(bytes_of("abc"), "x"); }), HasSubstr("not a safetensors file"));
  EXPECT_THAT(error_of([] { read_safetensors(bytes_of(std::string(8, '\xff') + "{}"), "x"); }),
              HasSubstr("not a safetensors file"));
  EXPECT_THAT(error_of([] { read_safetensors(bytes_of(test::little_endian(200'000'000, 8) + "{}"), "x"); }),
              HasSubstr("claims 200000000"));
  EXPECT_THAT(error("[]", ""), HasSubstr("no JSON header"));
  EXPECT_THAT(error("{\"a\": ", ""), HasSubstr("not valid JSON"));
}

TEST(SafetensorsReader, NamesTheTensorWhoseEntryIsWrong) {
  EXPECT_THAT(error(R"({"t": 3})", ""), HasSubstr("tensor 't': its entry is not a JSON object"));
  EXPECT_THAT(error(R"({"t": {"dtype": 1, "shape": [], "data_offsets": [0, 0]}})", ""), HasSubstr("'dtype'"));
  EXPECT_THAT(error(R"({"t": {"dtype": "F32", "shape": 2, "data_offsets": [0, 0]}})", ""), HasSubstr("'shape'"));
  EXPECT_THAT(error(entry("F32", "[1]", "[0]"), "1234"), HasSubstr("'data_offsets'"));
  EXPECT_THAT(error(entry("F8_E4M3", "[1]", "[0, 1]"), "1"), HasSubstr("'F8_E4M3' is not supported"));
  EXPECT_THAT(error(entry("F32", "[-1]", "[0, 4]"), "1234"), HasSubstr("no size"));
  EXPECT_THAT(error(entry("F32", "[1.0]", "[0, 4]"), "1234"), HasSubstr("no size"));
  EXPECT_THAT(error(entry("F32", "[18446744073709551615]", "[0, 4]"), "1234"), HasSubstr("no size"));
  EXPECT_THAT(error(entry("F32", "[1]", "[-4, 0]"), "1234"), HasSubstr("no offset"));
}

TEST(SafetensorsReader, HoldsShapesAgainstBytes) {
  EXPECT_THAT(error(entry("F32", "[2]", "[0, 4]"), "1234"), HasSubstr("float32 [2] does not fill its 4 bytes"));
  EXPECT_THAT(error(entry("F32", "[1]", "[0, 8]"), "1234"), HasSubstr("truncated"));
  EXPECT_THAT(error(entry("F32", "[1]", "[4, 0]"), "1234"), HasSubstr("[4, 0]"));
  EXPECT_THAT(error(entry("F32", "[4611686018427387904, 4]", "[0, 0]"), ""), HasSubstr("does not fill"));
}

TEST(SafetensorsReader, RefusesHolesAndOverlaps) {
  const auto two = [](const std::string& first, const std::string& second) {
    return R"({"a": {"dtype": "U8", "shape": [2], "data_offsets": )" + first +
           R"(}, "b": {"dtype": "U8", "shape": [2], "data_offsets": )" + second + "}}";
  };
  EXPECT_EQ(read(two("[0, 2]", "[2, 4]"), "1234").size(), 2u);
  EXPECT_THAT(error(two("[0, 2]", "[1, 3]"), "123"), HasSubstr("tensor 'b' begins at byte 1"));
  EXPECT_THAT(error(two("[0, 2]", "[3, 5]"), "12345"), HasSubstr("tensor 'b' begins at byte 3"));
  EXPECT_THAT(error(two("[0, 2]", "[2, 4]"), "12345"), HasSubstr("end at byte 4 of 5"));
}

TEST(SafetensorsReaderGolden, AgreesWithAnIndependentReader) {
  int files = 0;
  for (const auto& item : std::filesystem::recursive_directory_iterator(test::golden_dir())) {
    if (item.path().extension() != ".safetensors") continue;
    ++files;
    const TensorMap tensors = read_safetensors_file(item.path());
    const test::SafetensorsFile expected(item.path());
    const std::vector<std::string> names = expected.names();
    ASSERT_EQ(tensors.size(), names.size()) << item.path();
    for (const std::string& name : names) {
      const TensorView& view = tensors.at(name);
      EXPECT_EQ(view.shape, expected.shape(name)) << name;
      const auto bytes = expected.bytes(name);
      ASSERT_EQ(view.byte_count(), bytes.size()) << name;
      EXPECT_EQ(std::memcmp(view.data, bytes.data(), bytes.size()), 0) << name;
    }
  }
  EXPECT_GT(files, 0);
}

}  // namespace
}  // namespace blip
