#include <random>

#include "core/checkpoint/safetensors_reader.h"
#include "core/checkpoint/torch_reader.h"
#include "tests/core/checkpoint/checkpoint_support.h"
#include "tests/support/golden.h"

namespace blip {
namespace {

// Reads the bytes as what they are: a model that loads or a blip::Error are both right, anything else is not.
void read_any(const ByteView& bytes, bool torch) {
  try {
    const TensorMap tensors = torch ? read_torch(bytes, "damaged") : read_safetensors(bytes, "damaged");
    std::uint64_t sum = 0;  // touch the first and last byte of every tensor: views must lie within the file
    for (const auto& [name, view] : tensors) {
      const auto* data = static_cast<const std::uint8_t*>(view.data);
      if (view.byte_count() > 0) sum += data[0] + data[view.byte_count() - 1];
    }
    ASSERT_LT(sum, UINT64_MAX);
  } catch (const Error& error) {
    ASSERT_EQ(std::string_view(error.what()).find('\n'), std::string_view::npos) << error.what();
  }
}

struct File {
  std::filesystem::path path;
  bool torch = false;
};

std::vector<File> golden_files() {
  std::vector<File> files;
  for (const auto& item : std::filesystem::recursive_directory_iterator(test::golden_dir())) {
    if (item.path().extension() == ".pth") files.push_back({item.path(), true});
    if (item.path().filename() == "model.safetensors") files.push_back({item.path(), false});
  }
  return files;
}

// Where the structure of a file is, and not its weights: the first and last 64 KiB.
std::size_t structural(std::size_t size, std::mt19937& random) {
  const std::size_t window = std::min<std::size_t>(size, 64 << 10);
  const std::size_t at = std::uniform_int_distribution<std::size_t>(0, window - 1)(random);
  return random() % 2 == 0 ? at : size - 1 - at;
}

TEST(DamagedFilesGolden, EveryBitFlipLoadsOrIsAnError) {
  constexpr int kFlips = 150;
  std::mt19937 random(7);
  int files = 0;
  for (const File& file : golden_files()) {
    ++files;
    const std::string whole = test::read_text(file.path);
    const ByteView bytes = test::bytes_of(whole);
    auto* writable = const_cast<std::uint8_t*>(bytes.data);
    for (int i = 0; i < kFlips; ++i) {
      const std::size_t at = structural(bytes.size, random);
      const auto bit = static_cast<std::uint8_t>(1U << random() % 8);
      writable[at] ^= bit;
      SCOPED_TRACE(file.path.string() + " byte " + std::to_string(at));
      read_any(bytes, file.torch);
      writable[at] ^= bit;
    }
  }
  EXPECT_GT(files, 0);
}

TEST(DamagedFilesGolden, EveryTruncationIsAnError) {
  std::mt19937 random(11);
  for (const File& file : golden_files()) {
    const std::string whole = test::read_text(file.path);
    for (int i = 0; i < 60; ++i) {
      const std::size_t size = std::uniform_int_distribution<std::size_t>(0, whole.size() - 1)(random);
      SCOPED_TRACE(file.path.string() + " cut to " + std::to_string(size));
      const ByteView cut = test::bytes_of(std::string_view(whole).substr(0, size));
      if (file.torch) {
        EXPECT_THROW(read_torch(cut, "cut"), Error);
      } else {
        EXPECT_THROW(read_safetensors(cut, "cut"), Error);
      }
    }
  }
}

}  // namespace
}  // namespace blip
