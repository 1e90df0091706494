#include "core/vision/exif.h"

#include <cstddef>

namespace blip {
namespace {

// Numbers of a TIFF structure in its own byte order; 0 where they would lie outside.
class TiffBytes {
 public:
  explicit TiffBytes(std::span<const std::uint8_t> bytes)
      : bytes_(bytes), big_endian_(!bytes.empty() && bytes[0] == 'M') {}

  std::uint32_t number(std::size_t at, std::size_t size) const noexcept {
    if (at > bytes_.size() || bytes_.size() - at < size) return 0;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i) value = value << 8 | bytes_[big_endian_ ? at + i : at + size - 1 - i];
    return value;
  }

 private:
  std::span<const std::uint8_t> bytes_;
  bool big_endian_;
};

}  // namespace

Orientation exif_orientation(std::span<const std::uint8_t> exif) noexcept {
  constexpr std::uint32_t kTiffMagic = 42, kOrientationTag = 0x0112, kShort = 3;
  constexpr std::size_t kEntryBytes = 12;
  const bool has_order = exif.size() >= 2 && exif[0] == exif[1] && (exif[0] == 'I' || exif[0] == 'M');
  const TiffBytes tiff(exif);
  if (!has_order || tiff.number(2, 2) != kTiffMagic) return Orientation::kUpright;
  const std::size_t directory = tiff.number(4, 4);
  const std::uint32_t entries = tiff.number(directory, 2);
  for (std::uint32_t i = 0; i < entries; ++i) {
    const std::size_t entry = directory + 2 + i * kEntryBytes;
    if (tiff.number(entry, 2) != kOrientationTag || tiff.number(entry + 2, 2) != kShort) continue;
    const std::uint32_t value = tiff.number(entry + 8, 2);
    return value >= 1 && value <= 8 ? static_cast<Orientation>(value) : Orientation::kUpright;
  }
  return Orientation::kUpright;
}

}  // namespace blip
