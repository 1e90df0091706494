#include "training/synth/paint.h"

#include <algorithm>
#include <cmath>

namespace blip::synth {
namespace {

// Means over the frames of tests/data/shapes; brown and white are of the rich world only.
constexpr std::array<Rgb, 10> kColors = {{{214, 36, 38},
                                          {42, 165, 62},
                                          {41, 79, 216},
                                          {242, 218, 40},
                                          {140, 47, 182},
                                          {245, 140, 27},
                                          {56, 206, 222},
                                          {246, 129, 179},
                                          {122, 74, 36},
                                          {247, 247, 245}}};
constexpr double kJitter = 12, kWhiteJitter = 5;  // white with more of a tint would be pink

std::uint8_t byte(float value) {
  return static_cast<std::uint8_t>(std::clamp(value + 0.5F, 0.0F, 255.0F));
}

}  // namespace

Rgb shade_of(Color color, Random& random) {
  Rgb shade = kColors[static_cast<std::size_t>(color)];
  const double jitter = color == Color::kWhite ? kWhiteJitter : kJitter;
  for (float& channel : shade)
    channel = std::clamp(channel + static_cast<float>(random.uniform(-jitter, jitter)), 0.0F, 255.0F);
  return shade;
}

void paint(RgbImage& image, const Coverage& coverage, const Fill& fill, float opacity) {
  const bool banded = fill.band_depth > 0;
  for (int y = 0; y < coverage.rows(); ++y) {
    const float* covered = coverage.row(y);
    std::uint8_t* pixel = image.row(coverage.top() + y) + 3 * coverage.left();
    const float dy = static_cast<float>(coverage.top() + y - fill.center.y);
    for (int x = 0; x < coverage.columns(); ++x, pixel += 3) {
      if (covered[x] <= 0) continue;
      const float dx = static_cast<float>(coverage.left() + x - fill.center.x);
      float light = 1 + fill.slope_x * dx + fill.slope_y * dy;
      if (banded && std::sin(fill.band_x * dx + fill.band_y * dy) > 0) light -= fill.band_depth;
      const float share = std::min(covered[x], 1.0F) * opacity;
      for (std::size_t c = 0; c < 3; ++c) {
        const float old = pixel[c];
        pixel[c] = byte(old + (fill.color[c] * light - old) * share);
      }
    }
  }
}

}  // namespace blip::synth
