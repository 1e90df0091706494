#include "core/vision/image_file.h"

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "core/base/error.h"
#include "core/vision/jpeg_file.h"
#include "core/vision/orientation.h"
#include "core/vision/png_file.h"

namespace blip {
namespace {

constexpr std::string_view kJpegMagic = "\xFF\xD8\xFF";
constexpr std::string_view kPngMagic = "\x89PNG\r\n\x1A\n";

std::string read_bytes(const std::filesystem::path& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status))
    throw Error(ErrorKind::kNotFound, "image '" + path.string() + "' does not exist");
  if (std::filesystem::is_directory(status)) {
    throw Error(ErrorKind::kInvalidData, "image '" + path.string() + "' is a directory; give a JPEG or PNG file");
  }
  std::ifstream in(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in.is_open() || in.bad()) throw Error(ErrorKind::kFailed, "cannot read image '" + path.string() + "'");
  if (bytes.empty()) throw Error(ErrorKind::kInvalidData, "image '" + path.string() + "' is empty");
  return bytes;
}

}  // namespace

bool is_still_image(const std::filesystem::path& path) noexcept try {
  std::ifstream in(path, std::ios::binary);
  std::string start(kPngMagic.size(), '\0');
  in.read(start.data(), static_cast<std::streamsize>(start.size()));
  start.resize(static_cast<std::size_t>(in.gcount()));
  return start.starts_with(kJpegMagic) || start == kPngMagic;
} catch (const std::exception&) {
  return false;
}

RgbImage read_image(const std::filesystem::path& path, ImageFileOptions options) {
  const std::string bytes = read_bytes(path);
  DecodedImage decoded;
  if (bytes.starts_with(kJpegMagic)) {
    decoded = decode_jpeg(bytes, path.string());
  } else if (bytes.starts_with(kPngMagic)) {
    decoded = decode_png(bytes, path.string());
  } else {
    throw Error(ErrorKind::kInvalidData,
                "'" + path.string() + "' is not an image: it starts neither as JPEG nor as PNG");
  }
  return options.auto_orient ? upright(std::move(decoded.image), decoded.orientation) : std::move(decoded.image);
}

}  // namespace blip
