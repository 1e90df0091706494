#include "core/engine/packed_backend/packed_file.h"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <iterator>

#include "core/base/error.h"
#include "tests/support/temp_dir.h"

namespace blip::test {
namespace {

constexpr const char* kKey = "format 1, of some model";

class PackedFileTest : public testing::Test {
 protected:
  // Sizes around the alignment and around what is hashed together.
  void SetUp() override {
    for (const std::int64_t size : {1, 63, 64, 65, 5000, (16 << 20) + 7}) {
      PackedBytes packed(size);
      auto* bytes = static_cast<std::uint8_t*>(packed.data());
      for (std::int64_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 31 + size);
      entries_.emplace("entry of " + std::to_string(size), packed);
    }
    PackedFile::write(path_, kKey, entries_, /*threads=*/2);
  }
  // With all entries checked.
  std::shared_ptr<const PackedFile> opened(int threads) const {
    auto file = PackedFile::open(path_, kKey);
    file->check([](const std::string&) { return true; }, threads);
    return file;
  }
  std::string bytes() const {
    std::ifstream in(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void replace(const std::string& with) const { std::ofstream(path_, std::ios::binary | std::ios::trunc) << with; }

  const TempDir folder_;
  const std::filesystem::path path_ = folder_ / "some.packed";
  std::map<std::string, PackedBytes> entries_;
};

TEST_F(PackedFileTest, GivesBackWhatWasWrittenAlignedAndWritable) {
  const std::string before = bytes();
  const auto file = opened(2);
  ASSERT_NE(file, nullptr);
  for (const auto& [name, packed] : entries_) {
    auto* found = static_cast<char*>(file->find(name, packed.size()));
    ASSERT_NE(found, nullptr) << name;
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(found) % 64, 0U) << name;
    EXPECT_EQ(std::memcmp(found, packed.data(), static_cast<std::size_t>(packed.size())), 0) << name;
    found[0] = static_cast<char>(~found[0]);
  }
  EXPECT_EQ(bytes(), before) << "what is written to the mapping must stay in this process";
}

TEST_F(PackedFileTest, WhatIsNotThereIsNull) {
  const auto file = opened(1);
  EXPECT_EQ(file->find("entry of 2", 2), nullptr);
  EXPECT_EQ(file->find("entry of 64", 65), nullptr) << "of another size";
  EXPECT_EQ(PackedFile::open(folder_ / "none.packed", kKey), nullptr);
}

TEST_F(PackedFileTest, AnyChangedByteIsFound) {
  const std::string whole = bytes();
  for (const std::size_t at : {std::size_t{0}, std::size_t{9}, std::size_t{17}, std::size_t{40}, std::size_t{60},
                               std::size_t{4096}, std::size_t{4200}, whole.size() / 2, whole.size() - 64}) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 0x40);
    replace(changed);
    EXPECT_THROW(opened(2), DamagedPackedFile) << "byte " << at;
  }
}

TEST_F(PackedFileTest, OnlyWhatIsAskedForIsChecked) {
  std::string changed = bytes();
  changed[changed.size() - 64] = static_cast<char>(changed[changed.size() - 64] ^ 1);  // of the last one by name
  replace(changed);
  const auto file = PackedFile::open(path_, kKey);
  EXPECT_NO_THROW(file->check([](const std::string& name) { return name != "entry of 65"; }, 2));
  EXPECT_THROW(file->check([](const std::string& name) { return name == "entry of 65"; }, 1), DamagedPackedFile);
}

TEST_F(PackedFileTest, ATruncatedFileIsFound) {
  const std::string whole = bytes();
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{7}, std::size_t{47}, std::size_t{100}, std::size_t{4096}, whole.size() - 1}) {
    replace(whole.substr(0, size));
    EXPECT_THROW(opened(1), DamagedPackedFile) << size << " bytes";
  }
}

TEST_F(PackedFileTest, AnotherKeyIsRefused) {
  try {
    PackedFile::open(path_, "format 1, of another model");
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidData);
    EXPECT_NE(std::string(error.what()).find(path_.string()), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace blip::test
