#include "training/data/augment/augment_ops.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <mutex>
#include <opencv2/imgproc.hpp>

namespace blip {
namespace {

using Table = std::array<std::uint8_t, 256>;
constexpr int kChannels = 3, kLevels = 256;
constexpr double kFill = 128;

// OpenCV's own threads would compete with those of the loader and the training step.
void keep_opencv_single_threaded() {
  static std::once_flag once;
  std::call_once(once, [] { cv::setNumThreads(1); });
}

// OpenCV reads through a pointer to mutable bytes; the picture stays as it is.
cv::Mat mat_of(const RgbImage& image) {
  return {image.height, image.width, CV_8UC3, const_cast<std::uint8_t*>(image.pixels.data())};
}

// The pixels that a forward map of positions brings to each place, bilinear.
RgbImage warp(const RgbImage& image, const cv::Mat& forward) {
  keep_opencv_single_threaded();
  RgbImage result(image.width, image.height);
  cv::Mat out = mat_of(result);
  cv::warpAffine(mat_of(image), out, forward, out.size(), cv::INTER_LINEAR, cv::BORDER_CONSTANT,
                 cv::Scalar(kFill, kFill, kFill));
  return result;
}

RgbImage warp(const RgbImage& image, const std::array<float, 6>& forward) {
  return warp(image, cv::Mat(2, 3, CV_32F, const_cast<float*>(forward.data())));
}

RgbImage look_up(const RgbImage& image, const std::array<Table, kChannels>& tables) {
  RgbImage result(image.width, image.height);
  for (std::size_t i = 0; i < image.pixels.size(); i += kChannels)
    for (std::size_t c = 0; c < kChannels; ++c) result.pixels[i + c] = tables[c][image.pixels[i + c]];
  return result;
}

std::array<std::int64_t, kLevels> histogram(const RgbImage& image, std::size_t channel) {
  std::array<std::int64_t, kLevels> counts{};
  for (std::size_t i = channel; i < image.pixels.size(); i += kChannels) ++counts[image.pixels[i]];
  return counts;
}

Table identity_table() {
  Table table;
  for (int v = 0; v < kLevels; ++v) table[static_cast<std::size_t>(v)] = static_cast<std::uint8_t>(v);
  return table;
}

Table contrast_table(const std::array<std::int64_t, kLevels>& counts) {
  int low = 0, high = kLevels - 1;
  while (low < high && counts[static_cast<std::size_t>(low)] == 0) ++low;
  while (high > low && counts[static_cast<std::size_t>(high)] == 0) --high;
  Table table = identity_table();
  if (high <= low) return table;
  const double scale = static_cast<double>(kLevels - 1) / (high - low);
  const double offset = static_cast<std::uint8_t>(-low) * scale;
  for (int v = 0; v < kLevels; ++v)
    table[static_cast<std::size_t>(v)] = static_cast<std::uint8_t>(std::clamp(v * scale + offset, 0.0, kLevels - 1.0));
  return table;
}

Table equalize_table(const std::array<std::int64_t, kLevels>& counts) {
  std::int64_t total = 0, last = 0;
  for (const std::int64_t count : counts) {
    total += count;
    if (count != 0) last = count;
  }
  Table table = identity_table();
  const std::int64_t step = (total - last) / (kLevels - 1);
  if (step == 0) return table;
  std::int64_t sum = step / 2;
  for (std::size_t v = 0; v < kLevels; ++v) {
    table[v] = static_cast<std::uint8_t>(std::min<std::int64_t>(sum / step, kLevels - 1));
    sum += counts[v];
  }
  return table;
}

}  // namespace

RgbImage auto_contrast(const RgbImage& image) {
  std::array<Table, kChannels> tables;
  for (std::size_t c = 0; c < kChannels; ++c) tables[c] = contrast_table(histogram(image, c));
  return look_up(image, tables);
}

RgbImage equalize(const RgbImage& image) {
  std::array<Table, kChannels> tables;
  for (std::size_t c = 0; c < kChannels; ++c) tables[c] = equalize_table(histogram(image, c));
  return look_up(image, tables);
}

RgbImage brightness(const RgbImage& image, double factor) {
  Table table;
  for (int v = 0; v < kLevels; ++v) {
    const float value = static_cast<float>(v) * static_cast<float>(factor);
    table[static_cast<std::size_t>(v)] = static_cast<std::uint8_t>(std::clamp(value, 0.0F, kLevels - 1.0F));
  }
  return look_up(image, {table, table, table});
}

RgbImage sharpness(const RgbImage& image, double factor) {
  if (factor == 1) return image;
  keep_opencv_single_threaded();
  cv::Mat kernel(3, 3, CV_32F, cv::Scalar(1));
  kernel.at<float>(1, 1) = 5;
  kernel /= 13;
  RgbImage smooth(image.width, image.height);
  cv::Mat out = mat_of(smooth);
  cv::filter2D(mat_of(image), out, -1, kernel);
  if (factor == 0) return smooth;
  RgbImage result = image;
  const auto weight = static_cast<float>(factor);
  for (int y = 1; y < image.height - 1; ++y) {
    for (std::size_t x = kChannels; x + kChannels < image.row_bytes(); ++x) {
      const float from = smooth.row(y)[x];
      // NumPy cuts a float to a byte through an integer: values outside 0..255 wrap.
      result.row(y)[x] = static_cast<std::uint8_t>(static_cast<int>(from + weight * (image.row(y)[x] - from)));
    }
  }
  return result;
}

RgbImage shear_x(const RgbImage& image, double factor) {
  return warp(image, {1, static_cast<float>(factor), 0, 0, 1, 0});
}

RgbImage shear_y(const RgbImage& image, double factor) {
  return warp(image, {1, 0, 0, static_cast<float>(factor), 1, 0});
}

RgbImage translate_x(const RgbImage& image, double pixels) {
  return warp(image, {1, 0, static_cast<float>(-pixels), 0, 1, 0});
}

RgbImage translate_y(const RgbImage& image, double pixels) {
  return warp(image, {1, 0, 0, 0, 1, static_cast<float>(-pixels)});
}

RgbImage rotate(const RgbImage& image, double degrees) {
  const cv::Point2f center(static_cast<float>(image.width) / 2, static_cast<float>(image.height) / 2);
  return warp(image, cv::getRotationMatrix2D(center, degrees, 1));
}

}  // namespace blip
