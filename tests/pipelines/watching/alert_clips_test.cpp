#include "pipelines/watching/alert_clips.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <mutex>

#include "tests/pipelines/support/clips.h"
#include "tests/pipelines/watching/clip_colors.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using test::colors_of_clip;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::int64_t kMs = 1'000'000;

Alert alert_of(std::uint64_t number, std::int64_t start, std::int64_t end, const std::string& source) {
  Alert alert;
  alert.number = number;
  alert.query.text = "a car";
  alert.source = source;
  alert.start = start * kMs;
  alert.end = end * kMs;
  return alert;
}
Alert ended(Alert alert) {
  alert.event = Alert::Event::kEnd;
  return alert;
}

class AlertClipsTest : public testing::Test {
 protected:
  AlertClipsTest() {
    settings_.directory = directory_.path();
    settings_.before = 500 * kMs;
    settings_.after = 300 * kMs;
    settings_.fps = 10;
  }
  AlertClips::Listener listener() {
    return {[this](const Alert& alert) {
              const std::lock_guard lock(mutex_);
              told_.push_back(alert);
            },
            [this](const std::string& warning) {
              const std::lock_guard lock(mutex_);
              warnings_.push_back(warning);
            }};
  }
  // Ten pictures a second, a second of blue, one of red, blue again.
  void give_pictures(AlertClips& clips, int from, int to) {
    for (int tenth = from; tenth < to; ++tenth) {
      ring_.add(tenth * 100 * kMs, test::plain_jpeg(tenth >= 10 && tenth < 20));
      clips.advance(tenth * 100 * kMs);
    }
  }

  test::TempDir directory_;
  ClipSettings settings_;
  PictureRing ring_{1 << 20};
  std::mutex mutex_;
  std::vector<Alert> told_;
  std::vector<std::string> warnings_;
};

TEST_F(AlertClipsTest, PassesAlertsOnWhenNoClipsAreWanted) {
  settings_.directory.clear();
  AlertClips clips(settings_, &ring_, listener());
  clips.start(alert_of(1, 0, 0, "cam"));
  clips.end(ended(alert_of(1, 0, 100, "cam")));
  ASSERT_THAT(told_, SizeIs(2));
  EXPECT_EQ(told_[1].clip, "");
  clips.finish();
}

TEST_F(AlertClipsTest, CutsFilesFromBeforeTheStartToAfterTheEnd) {
  const std::string video = test::kept_clip("talk.mp4", {});
  AlertClips clips(settings_, nullptr, listener());
  clips.start(alert_of(1, 1000, 0, video));
  ASSERT_THAT(told_, SizeIs(1));
  EXPECT_TRUE(std::filesystem::exists(told_[0].thumbnail));
  clips.end(ended(alert_of(1, 1000, 1400, video)));
  clips.finish();
  ASSERT_THAT(told_, SizeIs(2));
  const auto found = colors_of_clip(told_[1].clip);
  EXPECT_EQ(found.count("red"), 5u);
  EXPECT_EQ(found.count("blue"), 7u);
  EXPECT_EQ(told_[1].thumbnail, told_[0].thumbnail);
  EXPECT_EQ(clips.counts().written, 1u);
}

TEST_F(AlertClipsTest, KeepsWhatLiveSourcesShowedAroundTheAlert) {
  AlertClips clips(settings_, &ring_, listener());
  give_pictures(clips, 0, 12);
  clips.start(alert_of(1, 1000, 0, "cam"));  // told when the model is through with it
  give_pictures(clips, 12, 22);
  clips.end(ended(alert_of(1, 1000, 2000, "cam")));
  EXPECT_THAT(told_, SizeIs(1));
  give_pictures(clips, 22, 30);
  clips.finish();
  ASSERT_THAT(told_, SizeIs(2));
  EXPECT_THAT(warnings_, IsEmpty());
  const auto found = colors_of_clip(told_[1].clip);
  EXPECT_EQ(found.count("red"), 10u);
  EXPECT_EQ(found.count("blue"), 5u + 3u);
  EXPECT_EQ(found.colors.front(), "blue");
}

TEST_F(AlertClipsTest, AnAlertMayComeBeforeTheFirstPicture) {
  AlertClips clips(settings_, &ring_, listener());
  clips.start(alert_of(1, 0, 0, "cam"));
  EXPECT_EQ(told_.at(0).thumbnail, "");
  give_pictures(clips, 0, 5);
  clips.end(ended(alert_of(1, 0, 500, "cam")));
  clips.finish();
  EXPECT_TRUE(std::filesystem::exists(told_.at(1).thumbnail));
  EXPECT_EQ(colors_of_clip(told_.at(1).clip).count("blue"), 5u);
}

TEST_F(AlertClipsTest, OfALongAlertTheBeginningIsKept) {
  settings_.longest = 1000 * kMs;
  AlertClips clips(settings_, &ring_, listener());
  give_pictures(clips, 0, 11);
  clips.start(alert_of(1, 1000, 0, "cam"));
  give_pictures(clips, 11, 100);
  clips.end(ended(alert_of(1, 1000, 9900, "cam")));
  clips.finish();
  const auto found = colors_of_clip(told_.at(1).clip);
  EXPECT_EQ(found.count("blue"), 5u);
  EXPECT_EQ(found.count("red"), 5u);
}

TEST_F(AlertClipsTest, ASourceThatIsLostLeavesWhatThereWas) {
  AlertClips clips(settings_, &ring_, listener());
  give_pictures(clips, 0, 13);
  clips.start(alert_of(1, 1000, 0, "cam"));
  clips.end(ended(alert_of(1, 1000, 1300, "cam")));
  clips.finish();
  EXPECT_EQ(colors_of_clip(told_.at(1).clip).count("red"), 3u);
}

TEST_F(AlertClipsTest, LetsTheRingForgetWhatNoClipNeeds) {
  AlertClips clips(settings_, &ring_, listener());
  give_pictures(clips, 0, 300);
  EXPECT_LT(ring_.between(0, 100'000 * kMs).size(), 170u);  // what is before, and how late an alert may come
  EXPECT_GT(ring_.between(0, 100'000 * kMs).size(), 150u);
}

TEST_F(AlertClipsTest, AnAlertIsToldEvenIfItsClipCannotBeMade) {
  AlertClips clips(settings_, nullptr, listener());
  clips.start(alert_of(1, 0, 0, directory_ / "gone.mp4"));
  clips.end(ended(alert_of(1, 0, 100, directory_ / "gone.mp4")));
  clips.finish();
  ASSERT_THAT(told_, SizeIs(2));
  EXPECT_EQ(told_[1].clip, "");
  EXPECT_THAT(warnings_, SizeIs(2));
  EXPECT_EQ(clips.counts().failed, 1u);
}

TEST_F(AlertClipsTest, ManyAlertsAtATimeAllGetTheirClip) {
  const std::string video = test::kept_clip("talk.mp4", {});
  settings_.before = settings_.after = 0;
  AlertClips clips(settings_, nullptr, listener());
  for (std::uint64_t number = 1; number <= 5; ++number) clips.start(alert_of(number, 0, 0, video));
  for (std::uint64_t number = 1; number <= 5; ++number) clips.end(ended(alert_of(number, 0, 200, video)));
  clips.finish();
  EXPECT_EQ(clips.counts().written, 5u);
  std::set<std::string> names;
  for (const Alert& alert : told_)
    if (!alert.clip.empty()) names.insert(alert.clip);
  EXPECT_THAT(names, SizeIs(5));
}

}  // namespace
}  // namespace blip
