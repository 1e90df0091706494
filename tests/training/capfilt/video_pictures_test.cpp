#include "training/capfilt/video_pictures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "core/media/video_writer.h"
#include "tests/support/temp_dir.h"
#include "tests/training/data/data_fixtures.h"

namespace blip {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Shots of 2 s each.
void write_levels(const std::filesystem::path& path, const std::vector<int>& levels) {
  VideoWriter writer(path, {.width = 64, .height = 48, .fps = 10});
  for (const int level : levels) {
    RgbImage image(64, 48);
    std::fill(image.pixels.begin(), image.pixels.end(), static_cast<std::uint8_t>(level));
    for (int i = 0; i < 20; ++i) writer.write(image.view());
  }
  writer.finish();
}

std::vector<Found> read_all(std::vector<VideoInput> videos) {
  const auto reader = read_video_pictures(std::move(videos), {});
  std::vector<Found> all;
  for (Found found; reader->next(found);) all.push_back(std::move(found));
  return all;
}

std::vector<std::string> texts_of(const Found& found) {
  std::vector<std::string> texts;
  for (const FoundText& text : found.picture.value().texts) texts.push_back(text.origin + ": " + text.text);
  return texts;
}

TEST(VideoPictures, AFrameHasWhatIsSaidInItsShotAndTheTitle) {
  const test::TempDir dir;
  write_levels(dir / "my talk.mp4", {40, 200, 120});
  std::ofstream(dir / "my talk.srt")
      << "1\n00:00:00,100 --> 00:00:00,900\nhello\n\n2\n00:00:00,900 --> 00:00:02,300\nworld\n\n"
         "3\n00:00:04,500 --> 00:00:05,500\nbye\n";
  std::ofstream(dir / "my talk.info.json") << R"({"title": "A Talk", "id": 7})";
  const auto found = read_all({{dir / "my talk.mp4", nullptr}});
  ASSERT_EQ(found.size(), 3u);
  EXPECT_THAT(texts_of(found[0]), ElementsAre("subtitles: hello world", "title: A Talk"));
  EXPECT_THAT(texts_of(found[1]), ElementsAre("title: A Talk")) << "nothing is said";
  EXPECT_THAT(texts_of(found[2]), ElementsAre("subtitles: bye", "title: A Talk"));
  EXPECT_EQ(found[0].key, "00000-my_talk-000001000");
  EXPECT_EQ(found[0].picture->video, "my talk.mp4");
  EXPECT_NEAR(found[0].picture->time.value(), 1, 0.15);
  EXPECT_TRUE(found[0].picture->bytes.empty());
}

TEST(VideoPictures, DuplicatesAndBrokenVideosAreTold) {
  const test::TempDir dir;
  write_levels(dir / "a.mp4", {40, 200, 40});
  std::ofstream(dir / "b.mp4") << "no video";
  std::ofstream(dir / "b.srt") << "1\n00:00:00,100 --> 00:00:00,900\nhello\n";
  const auto known =
      std::make_shared<const TextedVideo>(TextedVideo{dir / "a.mp4",
                                                      {{0, 2, {.captions = {"true"}, .questions = {}, .web = "noisy"}},
                                                       {2, 4, {.captions = {"said"}, .questions = {}, .web = ""}}}});
  const auto found = read_all({{dir / "a.mp4", known}, {dir / "b.mp4", nullptr}, {dir / "a.mp4", nullptr}});
  ASSERT_EQ(found.size(), 7u);
  EXPECT_THAT(texts_of(found[0]), ElementsAre("web: noisy"));
  EXPECT_THAT(texts_of(found[1]), ElementsAre("subtitles: said"));
  EXPECT_EQ(found[2].dropped, kNearDuplicate);
  EXPECT_EQ(found[3].failure.value().reason, kBrokenVideo);
  EXPECT_THAT(found[3].failure->detail, HasSubstr("b.mp4"));
  EXPECT_TRUE(found[4].picture->texts.empty());
  std::set<std::string> keys;
  for (const Found& each : found) keys.insert(each.key);
  EXPECT_EQ(keys.size(), found.size());
}

}  // namespace
}  // namespace blip
