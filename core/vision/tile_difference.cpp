#include "core/vision/tile_difference.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>

#include "core/base/error.h"

namespace blip {
namespace {

constexpr int kSide = Thumbnail::kSide, kTile = 8;  // cells

// One component of a picture.
struct Component {
  const std::uint8_t* first = nullptr;
  std::ptrdiff_t stride = 0;
  int width = 0, height = 0;
};

struct Range {
  int begin, end;
};

Range cell_range(int cell, int length) {
  const int begin = static_cast<int>(std::int64_t{cell} * length / kSide);
  return {begin, std::max(begin + 1, static_cast<int>(std::int64_t{cell + 1} * length / kSide))};
}

// `kStep`: bytes from one value to the next.
template <int kStep>
void average(const Component& in, Thumbnail::Plane& out) {
  for (int row = 0; row < kSide; ++row) {
    const Range rows = cell_range(row, in.height);
    std::array<std::uint32_t, kSide> sums{};
    for (int y = rows.begin; y < rows.end; ++y) {
      const std::uint8_t* line = in.first + y * in.stride;
      for (int column = 0; column < kSide; ++column) {
        const Range columns = cell_range(column, in.width);
        std::uint32_t sum = 0;
        for (int x = columns.begin; x < columns.end; ++x) sum += line[x * kStep];
        sums[static_cast<std::size_t>(column)] += sum;
      }
    }
    for (int column = 0; column < kSide; ++column) {
      const Range columns = cell_range(column, in.width);
      const int count = (columns.end - columns.begin) * (rows.end - rows.begin);
      out[static_cast<std::size_t>(row * kSide + column)] =
          static_cast<float>(sums[static_cast<std::size_t>(column)]) / static_cast<float>(count);
    }
  }
}

Component component(const ImageView& view, std::size_t plane, int offset, bool chroma) {
  const int width = chroma ? (view.width + 1) / 2 : view.width, height = chroma ? (view.height + 1) / 2 : view.height;
  return {view.planes[plane] + offset, view.strides[plane], width, height};
}

void scale(Thumbnail::Plane& plane, float zero, float by, float new_zero) {
  for (float& value : plane) value = (value - zero) * by + new_zero;
}

void to_full_range(Thumbnail& thumbnail) {
  scale(thumbnail.planes[0], 16, 255.0F / 219, 0);
  scale(thumbnail.planes[1], 128, 255.0F / 224, 128);
  scale(thumbnail.planes[2], 128, 255.0F / 224, 128);
}

// R, G, B where Y', Cb, Cr are to be.
void to_ycbcr(Thumbnail& thumbnail) {
  auto& [first, second, third] = thumbnail.planes;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const float red = first[i], green = second[i], blue = third[i];
    const float luma = 0.299F * red + 0.587F * green + 0.114F * blue;
    first[i] = luma;
    second[i] = 128 + (blue - luma) / 1.772F;
    third[i] = 128 + (red - luma) / 1.402F;
  }
}

template <int kStep>
void average_rgb(const ImageView& view, int red, Thumbnail& made) {
  average<kStep>(component(view, 0, red, false), made.planes[0]);
  average<kStep>(component(view, 0, 1, false), made.planes[1]);
  average<kStep>(component(view, 0, 2 - red, false), made.planes[2]);
  to_ycbcr(made);
}

}  // namespace

Thumbnail thumbnail(const ImageView& view) {
  if (view.width < 1 || view.height < 1)
    throw Error(ErrorKind::kInvalidArgument, "a picture of " + std::to_string(view.width) + "x" +
                                                 std::to_string(view.height) + " pixels has no thumbnail");
  Thumbnail made;
  switch (view.format) {
    case PixelFormat::kRgb:
      average_rgb<3>(view, 0, made);
      return made;
    case PixelFormat::kBgr:
      average_rgb<3>(view, 2, made);
      return made;
    case PixelFormat::kRgbx:
      average_rgb<4>(view, 0, made);
      return made;
    case PixelFormat::kBgrx:
      average_rgb<4>(view, 2, made);
      return made;
    case PixelFormat::kGray8:
      average<1>(component(view, 0, 0, false), made.planes[0]);
      return made;
    case PixelFormat::kI420:
      average<1>(component(view, 0, 0, false), made.planes[0]);
      average<1>(component(view, 1, 0, true), made.planes[1]);
      average<1>(component(view, 2, 0, true), made.planes[2]);
      break;
    case PixelFormat::kNv12:
      average<1>(component(view, 0, 0, false), made.planes[0]);
      average<2>(component(view, 1, 0, true), made.planes[1]);
      average<2>(component(view, 1, 1, true), made.planes[2]);
      break;
  }
  if (view.range == ColorRange::kLimited) to_full_range(made);
  return made;
}

double tile_difference(const Thumbnail& a, const Thumbnail& b) {
  double largest = 0;
  for (std::size_t plane = 0; plane < a.planes.size(); ++plane) {
    for (int top = 0; top < kSide; top += kTile) {
      for (int left = 0; left < kSide; left += kTile) {
        double sum = 0;
        for (int y = top; y < top + kTile; ++y) {
          const auto row = static_cast<std::size_t>(y * kSide + left);
          for (std::size_t i = row; i < row + kTile; ++i) sum += std::abs(a.planes[plane][i] - b.planes[plane][i]);
        }
        largest = std::max(largest, sum / (kTile * kTile));
      }
    }
  }
  return largest;
}

}  // namespace blip
