#include "core/vision/picture_sketch.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdlib>

namespace blip {
namespace {

constexpr int kColumns = 32, kRows = 24;
constexpr int kSamples = 4;  // a cell and direction, at most

struct Plane {
  const std::uint8_t* data = nullptr;
  std::ptrdiff_t stride = 0;
  int width = 0, height = 0, step = 1;  // step: bytes from one value to the next
};

std::vector<Plane> planes_of(const ImageView& view) {
  const auto packed = [&](int step, int channels) {
    std::vector<Plane> planes;
    for (int c = 0; c < channels; ++c)
      planes.push_back({view.planes[0] + c, view.strides[0], view.width, view.height, step});
    return planes;
  };
  const int half_width = (view.width + 1) / 2, half_height = (view.height + 1) / 2;
  switch (view.format) {
    case PixelFormat::kRgb:
    case PixelFormat::kBgr:
      return packed(3, 3);
    case PixelFormat::kRgbx:
    case PixelFormat::kBgrx:
      return packed(4, 3);
    case PixelFormat::kGray8:
      return packed(1, 1);
    case PixelFormat::kI420:
      return {{view.planes[0], view.strides[0], view.width, view.height, 1},
              {view.planes[1], view.strides[1], half_width, half_height, 1},
              {view.planes[2], view.strides[2], half_width, half_height, 1}};
    case PixelFormat::kNv12:
      return {{view.planes[0], view.strides[0], view.width, view.height, 1},
              {view.planes[1], view.strides[1], half_width, half_height, 2},
              {view.planes[1] + 1, view.strides[1], half_width, half_height, 2}};
  }
  return {};
}

std::uint8_t cell_mean(const Plane& plane, int column, int row) {
  const auto begin = [](int cell, int cells, int size) { return cell * size / cells; };
  const int left = begin(column, kColumns, plane.width),
            right = std::max(begin(column + 1, kColumns, plane.width), left + 1);
  const int top = begin(row, kRows, plane.height), bottom = std::max(begin(row + 1, kRows, plane.height), top + 1);
  const int across = std::min(right - left, kSamples), down = std::min(bottom - top, kSamples);
  int sum = 0;
  for (int i = 0; i < down; ++i) {
    const std::uint8_t* line = plane.data + (top + i * (bottom - top) / down) * plane.stride;
    for (int k = 0; k < across; ++k) sum += line[(left + k * (right - left) / across) * plane.step];
  }
  return static_cast<std::uint8_t>(sum / (across * down));
}

}  // namespace

PictureSketch sketch_of(const ImageView& view) {
  PictureSketch sketch;
  for (const Plane& plane : planes_of(view)) {
    for (int row = 0; row < kRows; ++row)
      for (int column = 0; column < kColumns; ++column) sketch.cells.push_back(cell_mean(plane, column, row));
  }
  return sketch;
}

SketchDifference difference(const PictureSketch& a, const PictureSketch& b) {
  if (a.cells.size() != b.cells.size() || a.cells.empty()) return {255, 255};
  std::array<std::size_t, 256> histogram{};
  std::size_t sum = 0;
  for (std::size_t i = 0; i < a.cells.size(); ++i) {
    const int d = std::abs(a.cells[i] - b.cells[i]);
    sum += static_cast<std::size_t>(d);
    ++histogram[static_cast<std::size_t>(d)];
  }
  const double count = static_cast<double>(a.cells.size());
  constexpr double kHigh = 0.98;
  std::size_t below = 0, high = 0;
  for (; high < histogram.size() - 1; ++high) {
    below += histogram[high];
    if (static_cast<double>(below) >= kHigh * count) break;
  }
  return {static_cast<double>(sum) / count, static_cast<double>(high)};
}

}  // namespace blip
