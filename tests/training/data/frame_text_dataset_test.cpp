#include "training/data/frame_text_dataset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/training/data/clip_fixture.h"
#include "tests/training/data/data_fixtures.h"

namespace blip {
namespace {

using test::error_of;
using testing::HasSubstr;

TEST(FrameTextDataset, DrawsFramesOfTheSegmentsSpan) {
  const TextedVideo clip = test::first_clip();
  const auto frames = test::frames_of(clip.file);
  const FrameTextDataset data({.videos = {clip}, .warnings = {}}, TextKind::kCaptions);
  ASSERT_EQ(data.size(), static_cast<std::int64_t>(clip.segments.size()));
  const std::int64_t last = data.size() - 1;
  const TextSegment& segment = clip.segments.back();
  std::set<std::string> texts;
  std::set<std::size_t> shown;
  for (std::uint64_t choice = 0; choice < 12; ++choice) {
    const Sample sample = data.read(last, choice);
    texts.insert(sample.text);
    EXPECT_THAT(segment.texts.captions, testing::Contains(sample.text));
    const auto frame = std::find_if(frames.begin(), frames.end(), [&](const auto& candidate) {
      return candidate.image.pixels == sample.image.pixels;
    });
    ASSERT_NE(frame, frames.end());
    EXPECT_GT(frame->end, segment.start);
    EXPECT_LT(frame->pts, segment.end);
    shown.insert(static_cast<std::size_t>(frame - frames.begin()));
  }
  EXPECT_GT(shown.size(), 3u);
  EXPECT_EQ(texts.size(), std::set<std::string>(segment.texts.captions.begin(), segment.texts.captions.end()).size());
  EXPECT_EQ(data.read(last, 5).image.pixels, data.read(last, 5).image.pixels);
}

TEST(FrameTextDataset, LeavesOutSegmentsWithoutTheWantedText) {
  TextedVideo clip = test::first_clip();
  clip.segments.resize(2);
  clip.segments[0].texts.questions.clear();
  clip.segments[1].texts.questions = {{"what?", {"a cat"}}};
  const FrameTextDataset data({.videos = {clip}, .warnings = {}}, TextKind::kQuestions);
  ASSERT_EQ(data.size(), 1);
  EXPECT_EQ(data.read(0, 0).answers.at(0).text, "a cat");
  EXPECT_THAT(data.warnings(), testing::ElementsAre(HasSubstr("1 segments")));
  EXPECT_THAT(error_of([&] { FrameTextDataset({.videos = {clip}, .warnings = {}}, TextKind::kWeb); }),
              HasSubstr("none of 2 segments"));
}

}  // namespace
}  // namespace blip
