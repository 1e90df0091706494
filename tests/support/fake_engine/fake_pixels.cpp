#include "tests/support/fake_engine/fake_pixels.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace blip::test {
namespace {

struct Plane {
  int row_bytes, rows;
};

std::vector<Plane> planes_of(const ImageView& image) {
  const int width = image.width, height = image.height, half_width = (width + 1) / 2, half_height = (height + 1) / 2;
  switch (image.format) {
    case PixelFormat::kRgb:
    case PixelFormat::kBgr:
      return {{3 * width, height}};
    case PixelFormat::kRgbx:
    case PixelFormat::kBgrx:
      return {{4 * width, height}};
    case PixelFormat::kGray8:
      return {{width, height}};
    case PixelFormat::kI420:
      return {{width, height}, {half_width, half_height}, {half_width, half_height}};
    case PixelFormat::kNv12:
      return {{width, height}, {2 * half_width, half_height}};
  }
  return {};
}

// Mean of the bytes first, first + step, ... of every row.
double mean(const ImageView& image, std::size_t plane, int first, int step) {
  const Plane size = planes_of(image)[plane];
  double sum = 0, count = 0;
  for (int row = 0; row < size.rows; ++row) {
    for (int byte = first; byte < size.row_bytes; byte += step, ++count)
      sum += image.planes[plane][row * image.strides[plane] + byte];
  }
  return sum / count;
}

std::array<double, 3> rgb_of_yuv(double y, double u, double v) {
  const double luma = 1.164 * (y - 16);
  return {luma + 1.596 * (v - 128), luma - 0.392 * (u - 128) - 0.813 * (v - 128), luma + 2.017 * (u - 128)};
}

std::array<double, 3> mean_rgb(const ImageView& image) {
  switch (image.format) {
    case PixelFormat::kRgb:
      return {mean(image, 0, 0, 3), mean(image, 0, 1, 3), mean(image, 0, 2, 3)};
    case PixelFormat::kBgr:
      return {mean(image, 0, 2, 3), mean(image, 0, 1, 3), mean(image, 0, 0, 3)};
    case PixelFormat::kRgbx:
      return {mean(image, 0, 0, 4), mean(image, 0, 1, 4), mean(image, 0, 2, 4)};
    case PixelFormat::kBgrx:
      return {mean(image, 0, 2, 4), mean(image, 0, 1, 4), mean(image, 0, 0, 4)};
    case PixelFormat::kGray8:
      return {mean(image, 0, 0, 1), mean(image, 0, 0, 1), mean(image, 0, 0, 1)};
    case PixelFormat::kI420:
      return rgb_of_yuv(mean(image, 0, 0, 1), mean(image, 1, 0, 1), mean(image, 2, 0, 1));
    case PixelFormat::kNv12:
      return rgb_of_yuv(mean(image, 0, 0, 1), mean(image, 1, 0, 2), mean(image, 1, 1, 2));
  }
  return {};
}

}  // namespace

std::vector<std::uint8_t> visible_bytes(const ImageView& image) {
  std::vector<std::uint8_t> bytes;
  const auto planes = planes_of(image);
  for (std::size_t plane = 0; plane < planes.size(); ++plane) {
    for (int row = 0; row < planes[plane].rows; ++row) {
      const std::uint8_t* begin = image.planes[plane] + row * image.strides[plane];
      bytes.insert(bytes.end(), begin, begin + planes[plane].row_bytes);
    }
  }
  return bytes;
}

std::string average_color(const ImageView& image) {
  struct Named {
    const char* name;
    std::array<double, 3> rgb;
  };
  static const std::array<Named, 9> kColors{{{"black", {0, 0, 0}},
                                             {"gray", {128, 128, 128}},
                                             {"white", {255, 255, 255}},
                                             {"red", {255, 0, 0}},
                                             {"green", {0, 255, 0}},
                                             {"blue", {0, 0, 255}},
                                             {"yellow", {255, 255, 0}},
                                             {"cyan", {0, 255, 255}},
                                             {"magenta", {255, 0, 255}}}};
  const auto rgb = mean_rgb(image);
  const auto distance = [&rgb](const Named& color) {
    double sum = 0;
    for (std::size_t i = 0; i < rgb.size(); ++i) sum += (rgb[i] - color.rgb[i]) * (rgb[i] - color.rgb[i]);
    return sum;
  };
  return std::min_element(kColors.begin(), kColors.end(),
                          [&](const Named& a, const Named& b) { return distance(a) < distance(b); })
      ->name;
}

}  // namespace blip::test
