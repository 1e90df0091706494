#include "core/index/search_filter.h"

#include <gtest/gtest.h>

#include "tests/core/index/index_support.h"

namespace blip {
namespace {

using test::kSecond;
using test::TempDir;

class SearchFilterTest : public ::testing::Test {
 protected:
  SearchFilterTest() : index(dir / "index.db"), writer(index) {
    writer.set_models(test::models_named("model"));
    add("/archive/2023/beach.mp4", 100, 10);
    add("/archive/2024/beach.mp4", 200, 20);
    add("/archive/2024/city/night.mkv", 300, 30);
    add("rtsp://camera/1", 400, 0);
  }
  void add(const std::string& path, std::int64_t date, std::int64_t duration) {
    const VideoWork work = writer.begin_video({path, path, 1, date * kSecond}, "recipe");
    writer.set_size(work, {duration * kSecond, 1, 1});
    videos.push_back(work.video);
  }
  // Which of the videos above are left, by number.
  std::vector<int> chosen(const SearchFilter& filter) const {
    const RowFilter rows = resolve_filter(IndexReader(index), filter);
    std::vector<int> numbers;
    for (std::size_t i = 0; i < videos.size(); ++i)
      if (accepts(rows, videos[i], 0, kSecond)) numbers.push_back(static_cast<int>(i));
    return numbers;
  }
  std::vector<int> with_paths(const std::vector<std::string>& paths) const {
    SearchFilter filter;
    filter.paths = paths;
    return chosen(filter);
  }

  TempDir dir;
  std::filesystem::path index;
  IndexWriter writer;
  std::vector<VideoId> videos;
};

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(SearchFilterTest, ChoosesByPath) {
  EXPECT_THAT(with_paths({"/archive/2023/beach.mp4"}), ElementsAre(0));
  EXPECT_THAT(with_paths({"beach.mp4"}), ElementsAre(0, 1));
  EXPECT_THAT(with_paths({"2024/beach.mp4"}), ElementsAre(1));
  EXPECT_THAT(with_paths({"*.mkv", "camera/?"}), ElementsAre(2, 3));
  EXPECT_THAT(with_paths({"/archive/2024/*"}), ElementsAre(1, 2));
  EXPECT_THAT(with_paths({"2024/"}), ElementsAre(1, 2));
  EXPECT_THAT(with_paths({"[bn]*t.mkv"}), ElementsAre(2));
  EXPECT_THAT(with_paths({"each.mp4"}), IsEmpty());
  EXPECT_THAT(with_paths({"rtsp://camera/1"}), ElementsAre(3));
  EXPECT_THAT(with_paths({""}), IsEmpty());
}

TEST_F(SearchFilterTest, ChoosesByDateDurationAndNumber) {
  SearchFilter filter;
  filter.since = 200;
  EXPECT_THAT(chosen(filter), ElementsAre(1, 2, 3));
  filter.until = 300;
  EXPECT_THAT(chosen(filter), ElementsAre(1, 2));
  filter.shortest = 30 * kSecond;
  EXPECT_THAT(chosen(filter), ElementsAre(2));
  filter = {};
  filter.longest = 10 * kSecond;
  EXPECT_THAT(chosen(filter), ElementsAre(0, 3));
  filter.videos = {videos[2], videos[0]};
  EXPECT_THAT(chosen(filter), ElementsAre(0));
}

TEST_F(SearchFilterTest, ADateBetweenTwoSecondsBelongsToTheFirst) {
  const VideoWork work = writer.begin_video({"/old.mp4", "old", 1, -kSecond / 2}, "recipe");
  SearchFilter filter;
  filter.since = filter.until = -1;
  EXPECT_EQ(resolve_filter(IndexReader(index), filter).videos, std::vector<VideoId>{work.video});
}

TEST_F(SearchFilterTest, AnEmptyFilterLetsEverythingThrough) {
  SearchFilter filter;
  EXPECT_TRUE(filter.empty());
  EXPECT_TRUE(resolve_filter(IndexReader(index), filter).all_videos);
  filter.from = 1;
  EXPECT_FALSE(filter.empty());
  EXPECT_TRUE(resolve_filter(IndexReader(index), filter).all_videos);
  filter = {};
  filter.paths = {"nowhere"};
  EXPECT_FALSE(filter.empty());
  EXPECT_FALSE(resolve_filter(IndexReader(index), filter).all_videos);
}

TEST(RowFilter, LooksAtTheTimeInTheVideo) {
  RowFilter filter;
  EXPECT_TRUE(accepts(filter, 1, 0, 0));  // a picture
  filter.from = 10;
  filter.to = 20;
  EXPECT_FALSE(accepts(filter, 1, 0, 10));
  EXPECT_TRUE(accepts(filter, 1, 0, 11));
  EXPECT_TRUE(accepts(filter, 1, 10, 10));
  EXPECT_TRUE(accepts(filter, 1, 19, 30));
  EXPECT_TRUE(accepts(filter, 1, 0, 100));
  EXPECT_FALSE(accepts(filter, 1, 20, 30));
}

}  // namespace
}  // namespace blip
