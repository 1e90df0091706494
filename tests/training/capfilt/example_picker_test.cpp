#include "training/capfilt/example_picker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "tests/support/temp_dir.h"
#include "tests/training/data/data_fixtures.h"
#include "training/data/picture_bytes.h"
#include "training/data/shard_reader.h"

namespace blip {
namespace {

std::string picked(const std::vector<int>& order, const std::filesystem::path& folder) {
  ExamplePicker picker;
  for (const int number : order) {
    FoundPicture picture;
    picture.key = "p" + std::to_string(number);
    picture.image = RgbImage(400, 100);
    const JudgedText text{number % 2 == 0 ? TextSource::kWeb : TextSource::kSynthetic,
                          "t" + std::to_string(number),
                          "",
                          "",
                          number % 3 == 0 ? Verdict::kDropped : Verdict::kKept,
                          "",
                          0.5};
    picker.offer(picture, outcome_of(picture, {text}));
  }
  picker.write(folder);
  return test::read_file(folder / "000000.tar");
}

TEST(ExamplePicker, PicksTheSameWhateverTheOrder) {
  const test::TempDir dir;
  std::vector<int> order(60);
  std::iota(order.begin(), order.end(), 0);
  const std::string forward = picked(order, dir / "a");
  std::reverse(order.begin(), order.end());
  EXPECT_EQ(picked(order, dir / "b"), forward);
  const auto index = index_shard(dir / "a/000000.tar");
  EXPECT_EQ(index.positions.size(), 12u) << "three of each of four kinds";
  const ShardSample sample = read_shard_sample(dir / "a/000000.tar", index.positions[0]);
  const RgbImage small = decode_picture(*sample.find("jpg"), "example");
  EXPECT_EQ(small.width, 192);
  EXPECT_EQ(small.height, 48);
}

TEST(ExamplePicker, NothingPickedIsNothingWritten) {
  const test::TempDir dir;
  ExamplePicker().write(dir / "a");
  EXPECT_FALSE(std::filesystem::exists(dir / "a/000000.tar"));
}

}  // namespace
}  // namespace blip
