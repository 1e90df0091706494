#include "core/checkpoint/torch_reader.h"

#include "tests/core/checkpoint/checkpoint_support.h"
#include "tests/core/checkpoint/pickle_text.h"
#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using ::testing::HasSubstr;
using namespace test;  // NOLINT(google-build-using-namespace): the opcodes are the vocabulary of this file

const TensorText kVector{.key = "0", .storage_size = 3, .shape = {3}, .strides = {1}};

std::string bare_dict(const TensorText& tensor) {
  return p_program("}" + p_text("w") + p_tensor(tensor) + "s");
}

std::string zip_with(const std::string& pickle, const std::vector<float>& values = {1, 2, 3}) {
  return zip_of({{"m/data.pkl", pickle}, {"m/data/0", float_bytes(values)}, {"m/version", "3\n"}});
}

std::string legacy_with(const std::string& pickle, const std::vector<float>& values = {1, 2, 3}) {
  const std::string magic = p_program("\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19");
  const std::string system = p_program("}" + p_text("little_endian") + "\x88s");
  const std::string keys = p_program("]" + p_text("0") + "a");
  return magic + p_program("M\xe9\x03") + system + pickle + keys + little_endian(values.size(), 8) +
         float_bytes(values);
}

TensorText legacy(TensorText tensor) {
  tensor.legacy = true;
  return tensor;
}

TensorMap read(const std::string& file) {
  return read_torch(bytes_of(file), "x.pth");
}

std::string error(const std::string& file) {
  return error_of([&] { read(file); });
}

TEST(TorchReader, BothFormatsGiveTheSameTensor) {
  for (const std::string& file : {zip_with(bare_dict(kVector)), legacy_with(bare_dict(legacy(kVector)))}) {
    const TensorMap tensors = read(file);
    ASSERT_EQ(tensors.size(), 1u);
    EXPECT_EQ(floats_of(tensors.at("w")), (std::vector<float>{1, 2, 3}));
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(tensors.at("w").data) % 4, 0u);
  }
}

TEST(TorchReader, FindsTheModelBesideEverythingElse) {
  const std::string pickle =
      p_program("}(" + p_text("optimizer") + "}" + p_text("state") + "}s" + p_text("epoch") + "K\x07" +
                p_text("model") + "}" + p_text("w") + p_tensor(kVector) + "s" + p_text("config") + "](K\x01Ne" + "u");
  EXPECT_EQ(read(zip_with(pickle)).size(), 1u);
}

TEST(TorchReader, RefusesForeignObjectsAnywhereInTheFile) {
  const std::string attack = p_global("os", "system") + "(" + p_text("touch owned") + "tR";
  EXPECT_THAT(error(zip_with(p_program("}(" + p_text("model") + "}" + p_text("optimizer") + attack + "u"))),
              HasSubstr("refuses 'os.system'"));
  EXPECT_THAT(error(legacy_with(p_program(attack))), HasSubstr("refuses 'os.system'"));
  EXPECT_THAT(error(p_program(attack)), HasSubstr("refuses 'os.system'"));
  EXPECT_FALSE(std::filesystem::exists("owned"));
}

TEST(TorchReader, StoragesOfTwoTensorsStayShared) {
  const std::string pickle = p_program("}(" + p_text("a") + p_tensor(kVector) + p_text("b") + p_tensor(kVector) + "u");
  const std::string legacy_pickle =
      p_program("}(" + p_text("a") + p_tensor(legacy(kVector)) + p_text("b") + p_tensor(legacy(kVector)) + "u");
  for (const std::string& file : {zip_with(pickle), legacy_with(legacy_pickle)}) {
    const TensorMap tensors = read(file);
    EXPECT_EQ(tensors.at("a").data, tensors.at("b").data);
  }
}

TEST(TorchReader, RefusesWhatIsNoStateDict) {
  EXPECT_THAT(error(zip_with(p_program("N"))), HasSubstr("holds no dict of tensors"));
  EXPECT_THAT(error(zip_with(p_program("}" + p_text("model") + "Ns"))), HasSubstr("'model' is no dict"));
  EXPECT_THAT(error(zip_with(p_program("}" + p_text("w") + "K\x01s"))), HasSubstr("'w' is no tensor"));
  EXPECT_THAT(error(zip_with(p_program("}K\x01K\x01s"))), HasSubstr("a key of the state dict is no string"));
}

TEST(TorchReader, NamesWhatIsMissingFromTheArchive) {
  EXPECT_THAT(error(zip_of({{"m/version", "3\n"}})), HasSubstr("without data.pkl"));
  EXPECT_THAT(error(zip_of({{"m/data.pkl", bare_dict(kVector)}})), HasSubstr("storage '0' is missing"));
  EXPECT_THAT(error(zip_of({{"m/data.pkl", bare_dict(kVector)}, {"m/byteorder", "big"}})),
              HasSubstr("byte order is 'big'"));
  EXPECT_THAT(error(zip_with(bare_dict(kVector), {1, 2})), HasSubstr("too few for 3 elements"));
}

TEST(TorchReader, TellsOtherFilesApart) {
  EXPECT_THAT(error("hello"), HasSubstr("neither a zip archive nor a pickle"));
  EXPECT_THAT(error("\x89PNG\r\n"), HasSubstr("neither a zip archive nor a pickle"));
  EXPECT_THAT(error(p_program("K\x01")), HasSubstr("not a PyTorch checkpoint"));
  EXPECT_THAT(error(zip_of({{"a.txt", "hello"}})), HasSubstr("without data.pkl"));
}

TEST(TorchReader, LegacyHeadersAreChecked) {
  const std::string file = legacy_with(bare_dict(legacy(kVector)));
  const std::string version = p_program("M\xe9\x03"), other = p_program("M\xe8\x03");
  EXPECT_THAT(error(std::string(file).replace(file.find(version), version.size(), other)), HasSubstr("expected 1001"));
  const std::string little = p_text("little_endian") + "\x88", big = p_text("little_endian") + "\x89";
  EXPECT_THAT(error(std::string(file).replace(file.find(little), little.size(), big)), HasSubstr("little endian"));
  const std::string count = little_endian(3, 8) + float_bytes({1});
  EXPECT_THAT(error(std::string(file).replace(file.find(count), 8, std::string(8, '\x7f'))), HasSubstr("truncated"));
}

TEST(TorchReader, EveryTruncationIsAnError) {
  for (const std::string& file : {zip_with(bare_dict(kVector)), legacy_with(bare_dict(legacy(kVector)))}) {
    for (std::size_t size = 0; size < file.size(); ++size) error(file.substr(0, size));
  }
}

TEST(TorchReader, ChecksumsAreThoseOfTheFile) {
  const TempDir dir;
  write_text(dir / "x.pth", zip_with(bare_dict(kVector)));  // says 0 for every checksum
  EXPECT_THAT(error_of([&] { check_torch_checksums(dir / "x.pth"); }), HasSubstr("checksum"));
  write_text(dir / "old.pth", legacy_with(bare_dict(legacy(kVector))));
  EXPECT_NO_THROW(check_torch_checksums(dir / "old.pth"));
}

// Files that torch.save wrote (tests/fuzz/make_corpus.py): `t` is the transposed view of `a`, both on one storage of 0,
// 1, ... 5.
TEST(TorchReader, ReadsPyTorchsOwnFiles) {
  for (const char* name : {"zip", "legacy", "bare", "protocol4"}) {
    const TensorMap tensors =
        read_torch_file(std::filesystem::path(BLIP_SOURCE_DIR) / "tests/fuzz/corpus/torch_file" / name);
    ASSERT_EQ(tensors.size(), 3u) << name;
    EXPECT_EQ(floats_of(tensors.at("a")), (std::vector<float>{0, 1, 2, 3, 4, 5})) << name;
    EXPECT_EQ(tensors.at("t").shape, (std::vector<std::int64_t>{3, 2})) << name;
    EXPECT_EQ(floats_of(tensors.at("t")), (std::vector<float>{0, 3, 1, 4, 2, 5})) << name;
    EXPECT_EQ(tensors.at("b").dtype, DType::kBool) << name;
    EXPECT_EQ(*static_cast<const std::uint8_t*>(tensors.at("b").data), 1) << name;
  }
}

TEST(TorchReaderGolden, TheOlderFormatHoldsTheSameTensors) {
  int pairs = 0;
  for (const auto& item : std::filesystem::directory_iterator(golden_dir() / "pth")) {
    const std::string name = item.path().filename().string();
    constexpr std::string_view kLegacy = ".legacy.pth";
    if (!name.ends_with(kLegacy)) continue;
    ++pairs;
    const auto newer = item.path().parent_path() / (name.substr(0, name.size() - kLegacy.size()) + ".pth");
    expect_same_tensors(read_torch_file(item.path()), read_torch_file(newer));
  }
  EXPECT_GT(pairs, 0);
}

TEST(TorchReaderGolden, ChecksumsHold) {
  int files = 0;
  for (const auto& item : std::filesystem::directory_iterator(golden_dir() / "pth")) {
    if (item.path().extension() != ".pth") continue;
    ++files;
    EXPECT_NO_THROW(check_torch_checksums(item.path())) << item.path();
  }
  EXPECT_GT(files, 0);
}

}  // namespace
}  // namespace blip
