#include "core/vision/picture_sketch.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdlib>

namespace blip {
namespace {

constexpr int kColumns = 32, kRows = 24;
constexpr int kSamples = 4;  // a cell and direction

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

// Where `cells` cells of a direction take their samples, kSamples each; those of a cell with fewer pixels come again.
std::vector<std::ptrdiff_t> sample_places(int cells, int size, std::ptrdiff_t step) {
  std::vector<std::ptrdiff_t> places;
  for (int cell = 0; cell < cells; ++cell) {
    const int begin = cell * size / cells, length = std::max((cell + 1) * size / cells - begin, 1);
    for (int i = 0; i < kSamples; ++i) places.push_back((begin + i * length / kSamples) * step);
  }
  return places;
}

}  // namespace

PictureSketch sketch_of(const ImageView& view) {
  PictureSketch sketch;
  for (const Plane& plane : planes_of(view)) {
    const auto columns = sample_places(kColumns, plane.width, plane.step);
    const auto rows = sample_places(kRows, plane.height, plane.stride);
    for (std::size_t row = 0; row < rows.size(); row += kSamples) {
      std::array<int, kColumns> sums{};
      for (std::size_t i = row; i < row + kSamples; ++i) {
        const std::uint8_t* line = plane.data + rows[i];
        const std::ptrdiff_t* place = columns.data();
        for (int& sum : sums)
          for (int k = 0; k < kSamples; ++k) sum += line[*place++];
      }
      for (const int sum : sums) sketch.cells.push_back(static_cast<std::uint8_t>(sum / (kSamples * kSamples)));
    }
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
