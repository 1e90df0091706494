#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <vector>

#include <png.h>

namespace blip::test {

// Writes [height, width, 3] bytes R, G, B.
inline void write_png(const std::filesystem::path& path, int width, int height,
                      const std::vector<std::uint8_t>& pixels) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(width);
  image.height = static_cast<png_uint_32>(height);
  image.format = PNG_FORMAT_RGB;
  if (png_image_write_to_file(&image, path.c_str(), 0, pixels.data(), 0, nullptr) == 0)
    throw std::runtime_error("cannot write " + path.string());
}

// The 8-bit picture [height, width, 3] behind one normalised picture [3, height, width].
inline std::vector<std::uint8_t> denormalised(const float* values, int width, int height) {
  constexpr std::array<double, 3> kMean{0.48145466, 0.4578275, 0.40821073};
  constexpr std::array<double, 3> kDeviation{0.26862954, 0.26130258, 0.27577711};
  const std::size_t area = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
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
