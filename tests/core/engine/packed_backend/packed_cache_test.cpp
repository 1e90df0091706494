#include "core/engine/packed_backend/packed_cache.h"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>

#include "tests/support/temp_dir.h"

namespace blip::test {
namespace {

class PackedCacheTest : public testing::Test {
 protected:
  PackedCacheTest() {
    std::ofstream(folder_ / "model.safetensors") << "stands for a model";
    checkpoint_.path = folder_.path();
    values_.assign(100000, 0.5f);
    TensorView view;
    view.data = values_.data();
    view.shape = {static_cast<std::int64_t>(values_.size())};
    checkpoint_.tensors["some.weight"] = view;
    PackedBytes packed(PackedCache::kWorthKeeping);
    std::memset(packed.data(), 7, static_cast<std::size_t>(packed.size()));
    packed_.emplace("some", packed);
  }
  PackedCache cache(const std::string& precision = "float32") const {
    return {checkpoint_, precision, folder_ / "cache", /*threads=*/1};
  }

  const TempDir folder_;
  std::vector<float> values_;
  Checkpoint checkpoint_;
  std::map<std::string, PackedBytes> packed_;
  std::vector<std::string> warnings_;
};

TEST_F(PackedCacheTest, KeepsForTheNextStart) {
  EXPECT_EQ(cache().open(warnings_), nullptr);
  cache().keep(packed_, warnings_);
  const auto file = cache().open(warnings_);
  ASSERT_NE(file, nullptr);
  EXPECT_NE(file->find("some", PackedCache::kWorthKeeping), nullptr);
  EXPECT_TRUE(warnings_.empty()) << warnings_.front();
}

TEST_F(PackedCacheTest, AnotherPrecisionOrOtherWeightsAreAnotherFile) {
  cache().keep(packed_, warnings_);
  EXPECT_EQ(cache("int8").open(warnings_), nullptr);
  values_[0] = 0.25f;
  EXPECT_EQ(cache().open(warnings_), nullptr) << "a weight has changed";
  values_[0] = 0.5f;
  ASSERT_NE(cache().open(warnings_), nullptr);
  std::ofstream(folder_ / "model.safetensors") << "stands for a model that was written again";
  EXPECT_EQ(cache().open(warnings_), nullptr) << "the file has changed";
}

TEST_F(PackedCacheTest, ADamagedFileIsAWarningAndPackedAnew) {
  cache().keep(packed_, warnings_);
  std::filesystem::resize_file(cache().path(), 5000);
  EXPECT_EQ(cache().open(warnings_), nullptr);
  ASSERT_EQ(warnings_.size(), 1U);
  EXPECT_NE(warnings_[0].find(cache().path().string()), std::string::npos) << warnings_[0];
  cache().keep(packed_, warnings_);
  EXPECT_NE(cache().open(warnings_), nullptr);
}

TEST_F(PackedCacheTest, AFolderThatCannotBeWrittenIsAWarning) {
  std::ofstream(folder_ / "cache") << "a file where the folder should be";
  cache().keep(packed_, warnings_);
  ASSERT_EQ(warnings_.size(), 1U);
  EXPECT_NE(warnings_[0].find((folder_ / "cache").string()), std::string::npos) << warnings_[0];
}

TEST_F(PackedCacheTest, SmallModelsAndAnEmptyFolderKeepNothing) {
  std::map<std::string, PackedBytes> small;
  small.emplace("some", PackedBytes(64));
  cache().keep(small, warnings_);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "cache"));
  const PackedCache off(checkpoint_, "float32", {}, 1);
  off.keep(packed_, warnings_);
  EXPECT_EQ(off.open(warnings_), nullptr);
  EXPECT_TRUE(warnings_.empty());
}

}  // namespace
}  // namespace blip::test
