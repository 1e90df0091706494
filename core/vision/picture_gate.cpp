#include "core/vision/picture_gate.h"

#include <cstddef>
#include <cstring>

#include "core/vision/plane_sizes.h"

namespace blip {
namespace {

bool is_alike(const ImageView& a, const ImageView& b) {
  return a.format == b.format && a.width == b.width && a.height == b.height && a.matrix == b.matrix &&
         a.range == b.range && a.orientation == b.orientation;
}

const std::uint8_t* row_of(const ImageView& view, std::size_t plane, int row) {
  return view.planes[plane] + row * view.strides[plane];
}

bool has_same_bytes(const ImageView& a, const ImageView& b) {
  const PlaneSizes sizes = plane_sizes(a);
  for (std::size_t p = 0; p < static_cast<std::size_t>(sizes.count); ++p) {
    const auto length = static_cast<std::size_t>(sizes.plane[p].row_bytes);
    for (int row = 0; row < sizes.plane[p].rows; ++row) {
      if (std::memcmp(row_of(a, p, row), row_of(b, p, row), length) != 0) return false;
    }
  }
  return true;
}

}  // namespace

Repeat PictureGate::compare(const ImageView& picture, const GateOptions& options) {
  if (options.rule == GateRule::kOff || !kept_ || !is_alike(*kept_, picture)) return Repeat::kNone;
  if (has_same_bytes(*kept_, picture)) return Repeat::kDuplicate;
  if (options.rule == GateRule::kDuplicate) return Repeat::kNone;
  if (!thumbnail_) thumbnail_ = thumbnail(*kept_);
  return tile_difference(*thumbnail_, thumbnail(picture)) <= options.threshold ? Repeat::kSimilar : Repeat::kNone;
}

void PictureGate::keep(const ImageView& picture) {
  const PlaneSizes sizes = plane_sizes(picture);
  std::size_t total = 0;
  for (const PlaneSize& plane : sizes.plane)
    total += static_cast<std::size_t>(plane.row_bytes) * static_cast<std::size_t>(plane.rows);
  reset();
  bytes_.resize(total);
  ImageView copy = picture;
  std::uint8_t* at = bytes_.data();
  for (std::size_t p = 0; p < static_cast<std::size_t>(sizes.count); ++p) {
    const auto length = static_cast<std::size_t>(sizes.plane[p].row_bytes);
    copy.planes[p] = at;
    copy.strides[p] = sizes.plane[p].row_bytes;
    for (int row = 0; row < sizes.plane[p].rows; ++row, at += length) std::memcpy(at, row_of(picture, p, row), length);
  }
  kept_ = copy;
}

void PictureGate::reset() {
  kept_.reset();
  thumbnail_.reset();
}

}  // namespace blip
