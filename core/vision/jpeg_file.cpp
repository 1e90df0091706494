#include "core/vision/jpeg_file.h"

#include <csetjmp>
#include <cstdio>
#include <cstring>

#include <jpeglib.h>

#include <jerror.h>

#include "core/base/error.h"
#include "core/vision/exif.h"
#include "core/vision/image_limits.h"

namespace blip {
namespace {

// libjpeg reports errors by a call that must not return, so each of its steps runs behind a setjmp in a function
// without destructors.
class JpegDecoder {
 public:
  explicit JpegDecoder(std::string_view bytes) : bytes_(bytes) {
    jpeg_.err = jpeg_std_error(&errors_.base);
    errors_.base.error_exit = [](j_common_ptr jpeg) { leave(jpeg); };
    errors_.base.emit_message = [](j_common_ptr jpeg, int level) { note(jpeg, level); };
  }
  ~JpegDecoder() { jpeg_destroy_decompress(&jpeg_); }
  JpegDecoder(const JpegDecoder&) = delete;
  JpegDecoder& operator=(const JpegDecoder&) = delete;

  bool read_header() {
    if (setjmp(errors_.jump) != 0) return false;
    jpeg_create_decompress(&jpeg_);
    jpeg_mem_src(&jpeg_, reinterpret_cast<const unsigned char*>(bytes_.data()), bytes_.size());
    jpeg_save_markers(&jpeg_, JPEG_APP0 + 1, 0xFFFF);
    jpeg_read_header(&jpeg_, TRUE);
    const bool is_cmyk = jpeg_.jpeg_color_space == JCS_CMYK || jpeg_.jpeg_color_space == JCS_YCCK;
    jpeg_.out_color_space = is_cmyk ? JCS_CMYK : JCS_RGB;
    jpeg_calc_output_dimensions(&jpeg_);
    return true;
  }

  // pixels: [height, width, channels()] bytes.
  bool read_pixels(std::uint8_t* pixels) {
    if (setjmp(errors_.jump) != 0) return false;
    jpeg_start_decompress(&jpeg_);
    while (jpeg_.output_scanline < jpeg_.output_height) {
      JSAMPROW row = pixels + std::size_t{jpeg_.output_scanline} * jpeg_.output_width * channels();
      jpeg_read_scanlines(&jpeg_, &row, 1);
    }
    jpeg_finish_decompress(&jpeg_);
    return true;
  }

  std::uint32_t width() const noexcept { return jpeg_.output_width; }
  std::uint32_t height() const noexcept { return jpeg_.output_height; }
  std::size_t channels() const noexcept { return jpeg_.out_color_space == JCS_CMYK ? 4 : 3; }
  bool ended_early() const noexcept { return errors_.ended_early; }
  const char* message() const noexcept { return errors_.message; }

  Orientation orientation() const noexcept {
    constexpr char kMark[] = {'E', 'x', 'i', 'f', '\0', '\0'};
    for (const jpeg_marker_struct* marker = jpeg_.marker_list; marker != nullptr; marker = marker->next) {
      if (marker->data_length < sizeof kMark || std::memcmp(marker->data, kMark, sizeof kMark) != 0) continue;
      return exif_orientation({marker->data + sizeof kMark, marker->data_length - sizeof kMark});
    }
    return Orientation::kUpright;
  }

 private:
  struct Errors {
    jpeg_error_mgr base;  // first, so that libjpeg's pointer to it is one to this
    std::jmp_buf jump;
    char message[JMSG_LENGTH_MAX] = "";
    bool ended_early = false;
  };

  [[noreturn]] static void leave(j_common_ptr jpeg) {
    auto* errors = reinterpret_cast<Errors*>(jpeg->err);
    jpeg->err->format_message(jpeg, errors->message);
    std::longjmp(errors->jump, 1);
  }

  static void note(j_common_ptr jpeg, int level) {
    if (level < 0 && jpeg->err->msg_code == JWRN_JPEG_EOF) reinterpret_cast<Errors*>(jpeg->err)->ended_early = true;
  }

  std::string_view bytes_;
  jpeg_decompress_struct jpeg_{};
  Errors errors_{};
};

// As Pillow reads and converts it: samples are stored inverted, as Adobe does.
RgbImage cmyk_to_rgb(const std::vector<std::uint8_t>& cmyk, int width, int height) {
  RgbImage image(width, height);
  for (std::size_t i = 0; i < cmyk.size() / 4; ++i) {
    const int black = cmyk[4 * i + 3];
    for (std::size_t c = 0; c < 3; ++c) {
      const int product = (255 - cmyk[4 * i + c]) * black + 128;
      image.pixels[3 * i + c] = static_cast<std::uint8_t>(black - (((product >> 8) + product) >> 8));
    }
  }
  return image;
}

}  // namespace

DecodedImage decode_jpeg(std::string_view bytes, const std::string& name) {
  const auto reject = [&](const std::string& why) {
    return Error(ErrorKind::kInvalidData, "'" + name + "' is not a readable JPEG picture: " + why);
  };
  JpegDecoder decoder(bytes);
  if (!decoder.read_header()) throw reject(decoder.ended_early() ? "it ends early" : decoder.message());
  if (decoder.ended_early()) throw reject("it ends early");
  check_image_size(decoder.width(), decoder.height(), name);
  const int width = static_cast<int>(decoder.width()), height = static_cast<int>(decoder.height());
  DecodedImage result;
  result.orientation = decoder.orientation();
  bool complete = false;
  if (decoder.channels() == 3) {
    result.image = RgbImage(width, height);
    complete = decoder.read_pixels(result.image.pixels.data());
  } else {
    std::vector<std::uint8_t> cmyk(std::size_t{decoder.width()} * decoder.height() * 4);
    complete = decoder.read_pixels(cmyk.data());
    result.image = cmyk_to_rgb(cmyk, width, height);
  }
  if (decoder.ended_early()) throw reject("it ends early");
  if (!complete) throw reject(decoder.message());
  return result;
}

}  // namespace blip
