#include "training/eval/feature_store.h"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>

#include "core/base/error.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

TensorView tokens_of(const std::vector<float>& values, std::vector<std::int64_t> shape) {
  TensorView view;
  view.data = values.data();
  view.shape = std::move(shape);
  return view;
}

Medium medium_of(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
  return {file.filename(), file, MediaKind::kVideo};
}

TEST(FeatureStore, GivesBackWhatWasAdded) {
  const test::TempDir folder;
  const FeatureStore store(folder / "cache", "abc", /*half=*/false);
  const std::string key = store.key(medium_of(folder / "a.mp4", "one"), {}, 64);
  EXPECT_FALSE(store.find(key));
  const std::vector<float> values = {1, 2, 3, 4, 5, 6};
  store.add(key, tokens_of(values, {1, 2, 3}));
  const auto found = FeatureStore(folder / "cache", "abc", false).find(key);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->shape, (std::vector<std::int64_t>{1, 2, 3}));
  EXPECT_EQ(std::memcmp(found->data, values.data(), sizeof(float) * values.size()), 0);
  EXPECT_FALSE(FeatureStore(folder / "cache", "def", false).find(key));
}

TEST(FeatureStore, AKeyStandsForContentFramesAndSize) {
  const test::TempDir folder;
  const FeatureStore store(folder / "cache", "abc", false), half(folder / "cache", "abc", true);
  const Medium video = medium_of(folder / "a.mp4", "one"), renamed = medium_of(folder / "b.mp4", "one"),
               other = medium_of(folder / "c.mp4", "two");
  const std::string key = store.key(video, {}, 64);
  EXPECT_EQ(store.key(renamed, {}, 64), key);
  EXPECT_NE(store.key(other, {}, 64), key);
  EXPECT_NE(store.key(video, {}, 96), key);
  EXPECT_NE(store.key(video, {.frames = 4}, 64), key);
  EXPECT_NE(store.key(video, {.frames = 8, .resize = FrameResize::kPillow}, 64), key);
  EXPECT_NE(half.key(video, {}, 64), key);
  EXPECT_THROW(store.key({"x", folder / "none.mp4", MediaKind::kVideo}, {}, 64), Error);
}

TEST(FeatureStore, ADamagedFileIsAsNone) {
  const test::TempDir folder;
  const FeatureStore store(folder / "cache", "abc", false);
  const std::string key = store.key(medium_of(folder / "a.mp4", "one"), {}, 64);
  const std::vector<float> values = {1, 2};
  store.add(key, tokens_of(values, {1, 1, 2}));
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder / "cache"))
    if (entry.is_regular_file()) std::filesystem::resize_file(entry.path(), 20);
  EXPECT_FALSE(store.find(key));
  store.add(key, tokens_of(values, {1, 1, 2}));
  EXPECT_TRUE(store.find(key));
  std::ofstream(folder / "file") << "x";
  EXPECT_THROW(FeatureStore(folder / "file", "abc", false), Error);
}

}  // namespace
}  // namespace blip
