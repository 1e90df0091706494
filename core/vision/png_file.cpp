#include "core/vision/png_file.h"

#include <png.h>

#include <cstring>
#include <vector>

#include "core/base/error.h"
#include "core/vision/exif.h"
#include "core/vision/image_limits.h"

namespace blip {
namespace {

// libpng reports errors by a call that must not return, so each of its steps runs behind a setjmp in a function without
// destructors.
class PngDecoder {
 public:
  explicit PngDecoder(std::string_view bytes) : bytes_(bytes) {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, &leave, &ignore);
    if (png_ != nullptr) info_ = png_create_info_struct(png_);
    if (info_ == nullptr) throw Error(ErrorKind::kFailed, "libpng cannot start");
    png_set_read_fn(png_, this, &read);
  }
  ~PngDecoder() { png_destroy_read_struct(&png_, &info_, nullptr); }
  PngDecoder(const PngDecoder&) = delete;
  PngDecoder& operator=(const PngDecoder&) = delete;

  bool read_header() {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    png_read_info(png_, info_);
    png_set_palette_to_rgb(png_);
    png_set_expand_gray_1_2_4_to_8(png_);
    png_set_strip_16(png_);
    png_set_strip_alpha(png_);
    png_set_gray_to_rgb(png_);
    png_set_interlace_handling(png_);
    png_read_update_info(png_, info_);
    return true;
  }

  bool read_pixels(png_bytepp rows) {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    png_read_image(png_, rows);
    return true;
  }

  std::uint32_t width() const noexcept { return png_get_image_width(png_, info_); }
  std::uint32_t height() const noexcept { return png_get_image_height(png_, info_); }
  std::size_t row_bytes() const noexcept { return png_get_rowbytes(png_, info_); }
  const char* message() const noexcept { return message_; }

  Orientation orientation() const noexcept {
    png_uint_32 size = 0;
    png_bytep exif = nullptr;
    return png_get_eXIf_1(png_, info_, &size, &exif) != 0 ? exif_orientation({exif, size}) : Orientation::kUpright;
  }

 private:
  [[noreturn]] static void leave(png_structp png, png_const_charp message) {
    auto* self = static_cast<PngDecoder*>(png_get_error_ptr(png));
    std::strncpy(self->message_, message, sizeof self->message_ - 1);
    png_longjmp(png, 1);
  }

  static void ignore(png_structp, png_const_charp) {}

  static void read(png_structp png, png_bytep to, std::size_t size) {
    auto* self = static_cast<PngDecoder*>(png_get_io_ptr(png));
    if (self->bytes_.size() - self->position_ < size) png_error(png, "it ends early");
    std::memcpy(to, self->bytes_.data() + self->position_, size);
    self->position_ += size;
  }

  std::string_view bytes_;
  std::size_t position_ = 0;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  char message_[128] = "";
};

}  // namespace

DecodedImage decode_png(std::string_view bytes, const std::string& name) {
  const auto reject = [&](const std::string& why) {
    return Error(ErrorKind::kInvalidData, "'" + name + "' is not a readable PNG picture: " + why);
  };
  PngDecoder decoder(bytes);
  if (!decoder.read_header()) throw reject(decoder.message());
  check_image_size(decoder.width(), decoder.height(), name);
  DecodedImage result;
  result.image = RgbImage(static_cast<int>(decoder.width()), static_cast<int>(decoder.height()));
  if (decoder.row_bytes() != result.image.row_bytes()) throw reject("its pixels cannot be brought into RGB");
  std::vector<png_bytep> rows(decoder.height());
  for (std::size_t y = 0; y < rows.size(); ++y) rows[y] = result.image.row(static_cast<int>(y));
  if (!decoder.read_pixels(rows.data())) throw reject(decoder.message());
  result.orientation = decoder.orientation();
  return result;
}

}  // namespace blip
