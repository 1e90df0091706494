#include "core/vision/shot_cuts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace blip {
namespace {

// Numbers of the frames that begin a shot; a frame is one level.
std::vector<int> cuts(const std::vector<int>& levels) {
  ShotCuts detector;
  std::vector<int> starts;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    PictureSketch sketch;
    sketch.cells.assign(16, static_cast<std::uint8_t>(levels[i]));
    if (detector.begins_shot(sketch)) starts.push_back(static_cast<int>(i));
  }
  return starts;
}

TEST(ShotCuts, AJumpIsACutAndMotionIsNone) {
  EXPECT_THAT(cuts({10, 10, 10, 60, 60, 61}), testing::ElementsAre(0, 3));
  EXPECT_THAT(cuts({10, 20, 30, 40, 50, 60}), testing::ElementsAre(0)) << "a pan";
  EXPECT_THAT(cuts({10, 11, 12, 11, 13, 12}), testing::ElementsAre(0)) << "noise";
}

TEST(ShotCuts, AJumpAmongMotionMustBeMuchLarger) {
  EXPECT_THAT(cuts({10, 10, 10, 60, 60, 10, 10, 90}), testing::ElementsAre(0, 3, 5, 7)) << "short shots";
  EXPECT_THAT(cuts({0, 2, 4, 6, 8, 10, 12, 18, 20}), testing::ElementsAre(0));
  EXPECT_THAT(cuts({0, 2, 4, 6, 8, 10, 12, 90, 92}), testing::ElementsAre(0, 7));
}

}  // namespace
}  // namespace blip
