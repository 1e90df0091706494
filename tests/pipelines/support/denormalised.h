#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <vector>

namespace blip::test {

// The 8-bit picture [height, width, 3] behind one picture [3, height, width] of reference data, normalised as BLIP
// does.
inline std::vector<std::uint8_t> denormalised(const float* values, std::size_t height, std::size_t width) {
  constexpr std::array<double, 3> kMean{0.48145466, 0.4578275, 0.40821073};
  constexpr std::array<double, 3> kDeviation{0.26862954, 0.26130258, 0.27577711};
  const std::size_t area = height * width;
  std::vector<std::uint8_t> pixels(3 * area);
  for (std::size_t channel = 0; channel < 3; ++channel)
    for (std::size_t i = 0; i < area; ++i) {
      const double level = 255 * (values[channel * area + i] * kDeviation[channel] + kMean[channel]);
      if (std::abs(level - std::round(level)) > 0.01 || level < -0.01 || level > 255.01)
        throw std::runtime_error("these values are no 8-bit picture");
      pixels[3 * i + channel] = static_cast<std::uint8_t>(std::lround(level));
    }
  return pixels;
}

}  // namespace blip::test
