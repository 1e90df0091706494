#include "pipelines/serve/uploaded_picture.h"

#include <utility>

#include "core/base/error.h"
#include "core/vision/decoded_image.h"
#include "core/vision/jpeg_file.h"
#include "core/vision/orientation.h"
#include "core/vision/png_file.h"

namespace blip {
namespace {

constexpr std::string_view kJpegMagic = "\xFF\xD8\xFF";
constexpr std::string_view kPngMagic = "\x89PNG\r\n\x1A\n";
constexpr std::uint64_t kMostPixels = 40'000'000;

std::uint32_t big_endian(std::string_view bytes, std::size_t at, std::size_t count) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < count; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

bool is_frame_header(unsigned char marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

// Segments are FF, marker, length of two bytes that counts itself.
std::optional<PictureSize> jpeg_size(std::string_view bytes) {
  for (std::size_t at = 2; at + 4 <= bytes.size();) {
    if (bytes[at] != '\xFF') return std::nullopt;
    const auto marker = static_cast<unsigned char>(bytes[at + 1]);
    if (marker == 0xFF) {  // fill
      ++at;
      continue;
    }
    if (is_frame_header(marker)) {
      if (at + 9 > bytes.size()) return std::nullopt;
      return PictureSize{big_endian(bytes, at + 7, 2), big_endian(bytes, at + 5, 2)};
    }
    at += 2 + big_endian(bytes, at + 2, 2);
  }
  return std::nullopt;
}

}  // namespace

std::optional<PictureSize> announced_size(std::string_view bytes) {
  if (bytes.starts_with(kJpegMagic)) return jpeg_size(bytes);
  if (bytes.starts_with(kPngMagic) && bytes.size() >= 24)
    return PictureSize{big_endian(bytes, 16, 4), big_endian(bytes, 20, 4)};
  return std::nullopt;
}

RgbImage decode_upload(std::string_view bytes) {
  const auto size = announced_size(bytes);
  if (!size) throw Error(ErrorKind::kInvalidData, "the picture that was sent is neither a JPEG nor a PNG file");
  if (std::uint64_t{size->width} * size->height > kMostPixels)
    throw Error(ErrorKind::kInvalidData, "the picture that was sent has " + std::to_string(size->width) + "x" +
                                             std::to_string(size->height) + " pixels; at most 40 million are taken");
  const std::string name = "the picture that was sent";
  DecodedImage decoded = bytes.starts_with(kJpegMagic) ? decode_jpeg(bytes, name) : decode_png(bytes, name);
  return upright(std::move(decoded.image), decoded.orientation);
}

}  // namespace blip
