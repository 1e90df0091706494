#include "training/synth/backdrop.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numeric>

namespace blip::synth {
namespace {

double mean(const RgbImage& image) {
  return std::accumulate(image.pixels.begin(), image.pixels.end(), 0.0) / static_cast<double>(image.pixels.size());
}

TEST(Backdrop, IsAsItsWordSays) {
  struct Range {
    double lowest, highest;
  };
  constexpr std::array<Range, 3> kTones = {{{15, 70}, {95, 165}, {195, 255}}};
  for (const World world : {World::kBasic, World::kRich})
    for (std::size_t i = 0; i < kTones.size(); ++i)
      for (std::uint64_t seed = 0; seed < 60; ++seed) {
        Random random({seed});
        RgbImage image(80, 60);
        draw_backdrop(world, static_cast<Background>(i), random, image);
        EXPECT_GT(mean(image), kTones[i].lowest);
        EXPECT_LT(mean(image), kTones[i].highest);
      }
}

// Clutter and texture stay faint: no pixel is as far from the mean as objects are.
TEST(Backdrop, HasNothingThatCouldBeAnObject) {
  for (std::uint64_t seed = 0; seed < 120; ++seed) {
    Random random({seed, 9});
    RgbImage image(160, 120);
    draw_backdrop(World::kRich, Background::kGray, random, image);
    const double tone = mean(image);
    std::size_t far = 0;
    for (const std::uint8_t value : image.pixels) far += std::abs(value - tone) > 60 ? 1 : 0;
    EXPECT_LT(far, image.pixels.size() / 200) << "seed " << seed;
  }
}

TEST(Backdrop, FollowsFromItsRandomNumbers) {
  RgbImage first(40, 30), again(40, 30), other(40, 30);
  Random one({8}), same({8}), another({9});
  draw_backdrop(World::kRich, Background::kDark, one, first);
  draw_backdrop(World::kRich, Background::kDark, same, again);
  draw_backdrop(World::kRich, Background::kDark, another, other);
  EXPECT_EQ(first.pixels, again.pixels);
  EXPECT_NE(first.pixels, other.pixels);
}

}  // namespace
}  // namespace blip::synth
