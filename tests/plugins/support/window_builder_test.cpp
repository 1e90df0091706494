#include "plugins/support/window_builder.h"

#include <gtest/gtest.h>

namespace blip {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

SampledFrame frame(std::uint64_t second) {
  SampledFrame frame;
  frame.times.timestamp = second;
  return frame;
}

using Windows = std::vector<std::string>;

// "start-end: frames", in seconds; an unknown end is "?".
std::string line(const WindowBuilder::Window& window) {
  std::string text =
      std::to_string(window.start / kSecond) + "-" + (window.end ? std::to_string(*window.end / kSecond) : "?") + ":";
  for (const SampledFrame& frame : window.frames) text += " " + std::to_string(frame.times.timestamp);
  return text;
}

// A frame a second from `first` to `last`; each stands for a second.
Windows add(WindowBuilder& builder, std::int64_t first, std::int64_t last, const WindowOptions& options) {
  Windows lines;
  for (std::int64_t second = first; second <= last; ++second) {
    for (const auto& window :
         builder.add(frame(static_cast<std::uint64_t>(second)), second * kSecond, (second + 1) * kSecond, options))
      lines.push_back(line(window));
  }
  return lines;
}

TEST(WindowBuilder, WithoutAWindowEachFrameStandsAlone) {
  WindowBuilder builder;
  EXPECT_EQ(add(builder, 0, 2, {}), (Windows{"0-1: 0", "1-2: 1", "2-3: 2"}));
  EXPECT_FALSE(builder.collecting_since());
  EXPECT_FALSE(builder.flush(3 * kSecond));
}

TEST(WindowBuilder, AFrameWithoutAnEndLeavesItOpen) {
  WindowBuilder builder;
  const auto windows = builder.add(frame(5), 5 * kSecond, std::nullopt, {});
  ASSERT_EQ(windows.size(), 1u);
  EXPECT_EQ(line(windows[0]), "5-?: 5");
}

TEST(WindowBuilder, ByNumberItIsCompleteWithTheLastFrame) {
  WindowBuilder builder;
  const WindowOptions options{3, 0, 0};
  EXPECT_EQ(add(builder, 0, 6, options), (Windows{"0-3: 0 1 2", "3-6: 3 4 5"}));
  EXPECT_EQ(builder.collecting_since(), 6 * kSecond);
  EXPECT_EQ(line(*builder.flush(7 * kSecond)), "6-7: 6");
}

TEST(WindowBuilder, ByNumberFramesWithinTheOverlapAreKept) {
  WindowBuilder builder;
  EXPECT_EQ(add(builder, 0, 6, {3, 0, kSecond}), (Windows{"0-2: 0 1 2", "2-4: 2 3 4", "4-6: 4 5 6"}));
  EXPECT_FALSE(builder.flush(7 * kSecond)) << "nothing that was not in a window";
}

TEST(WindowBuilder, ByLengthItIsCompleteWithTheFrameThatReachesItsEnd) {
  WindowBuilder builder;
  EXPECT_EQ(add(builder, 0, 8, {16, 4 * kSecond, 0}), (Windows{"0-4: 0 1 2 3", "4-8: 4 5 6 7"}));
  EXPECT_EQ(builder.collecting_since(), 8 * kSecond);
}

TEST(WindowBuilder, OfMoreFramesEvenlySpreadOnesAreTaken) {
  WindowBuilder builder;
  // 8 frames, 4 wanted: the middles of four equal parts, rounded down from 1, 3, 5, 7.
  EXPECT_EQ(add(builder, 0, 7, {4, 8 * kSecond, 0}), (Windows{"0-8: 1 3 5 7"}));
}

TEST(WindowBuilder, ByLengthWindowsOverlap) {
  WindowBuilder builder;
  EXPECT_EQ(add(builder, 0, 7, {16, 4 * kSecond, 2 * kSecond}),
            (Windows{"0-2: 0 1 2 3", "2-4: 2 3 4 5", "4-6: 4 5 6 7"}));
}

TEST(WindowBuilder, AHoleLongerThanAWindowBeginsAnew) {
  WindowBuilder builder;
  const WindowOptions options{16, 4 * kSecond, 0};
  EXPECT_EQ(add(builder, 0, 1, options), Windows{});
  EXPECT_EQ(add(builder, 20, 23, options), (Windows{"0-4: 0 1", "20-24: 20 21 22 23"}));
}

TEST(WindowBuilder, OverlapThatWouldStandStillMakesHeadway) {
  WindowBuilder builder;
  const Windows windows = add(builder, 0, 9, {2, 0, 100 * kSecond});
  EXPECT_EQ(windows.size(), 9u);
  EXPECT_EQ(windows[1], "1-2: 1 2");
}

TEST(WindowBuilder, OtherOptionsEndWhatWasCollected) {
  WindowBuilder builder;
  EXPECT_EQ(add(builder, 0, 1, {4, 0, 0}), Windows{});
  EXPECT_EQ(add(builder, 2, 3, {2, 0, 0}), (Windows{"0-2: 0 1", "2-4: 2 3"}));
}

TEST(WindowBuilder, ResetForgets) {
  WindowBuilder builder;
  add(builder, 0, 1, {4, 0, 0});
  builder.reset();
  EXPECT_FALSE(builder.collecting_since());
  EXPECT_FALSE(builder.flush(2 * kSecond));
}

}  // namespace
}  // namespace blip
