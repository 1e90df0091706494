#include "pipelines/watching/caption_track.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace blip {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Seconds in, lines such as "1 0-2 a dog" (begins) and "1 0-2 a dog ." (closes) out.
class CaptionTrackTest : public testing::Test {
 protected:
  static constexpr std::int64_t kSecond = 1'000'000'000;

  std::vector<std::string> add(int start, int end, const std::string& text) {
    return told(track_.add(start * kSecond, end * kSecond, text));
  }
  static std::vector<std::string> told(const std::vector<CaptionCue>& cues) {
    std::vector<std::string> lines;
    for (const CaptionCue& cue : cues)
      lines.push_back(std::to_string(cue.number) + " " + std::to_string(cue.start / kSecond) + "-" +
                      std::to_string(cue.end / kSecond) + " " + cue.text + (cue.closed ? " ." : ""));
    return lines;
  }

  CaptionTrack track_{2 * kSecond};
};

TEST_F(CaptionTrackTest, ACueStandsWhileTheTextStays) {
  EXPECT_THAT(add(0, 1, "a dog"), ElementsAre("1 0-1 a dog"));
  EXPECT_THAT(add(1, 2, "a dog"), IsEmpty());
  EXPECT_THAT(add(2, 3, "a cat"), ElementsAre("1 0-2 a dog .", "2 2-3 a cat"));
  EXPECT_THAT(told(track_.finish()), ElementsAre("2 2-3 a cat ."));
  EXPECT_THAT(told(track_.finish()), IsEmpty());
}

TEST_F(CaptionTrackTest, ACueCanBeReadBeforeTheNextOneCovers) {
  add(0, 1, "a dog");
  EXPECT_THAT(add(1, 2, "a cat"), IsEmpty());
  EXPECT_THAT(add(2, 3, "a cow"), ElementsAre("1 0-2 a dog .", "2 2-3 a cow"));
}

TEST_F(CaptionTrackTest, AFlickerIsNoCue) {
  add(0, 1, "a dog");
  EXPECT_THAT(add(1, 2, "a cat"), IsEmpty());
  EXPECT_THAT(add(2, 3, "a dog"), IsEmpty());
  EXPECT_THAT(told(track_.finish()), ElementsAre("1 0-3 a dog ."));
}

TEST_F(CaptionTrackTest, WithoutATextThereIsNoCue) {
  EXPECT_THAT(add(0, 1, ""), IsEmpty());
  add(1, 2, "a dog");
  EXPECT_THAT(add(3, 4, ""), ElementsAre("1 1-3 a dog ."));
  EXPECT_THAT(add(4, 5, "a dog"), ElementsAre("2 4-5 a dog"));
}

TEST_F(CaptionTrackTest, ALongGapEndsACue) {
  add(0, 1, "a dog");
  EXPECT_THAT(add(20, 21, "a dog"), ElementsAre("1 0-1 a dog .", "2 20-21 a dog"));
}

}  // namespace
}  // namespace blip
