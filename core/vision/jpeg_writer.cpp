#include "core/vision/jpeg_writer.h"

#include <csetjmp>
#include <cstdio>
#include <cstdlib>

#include <jpeglib.h>

#include "core/base/error.h"

namespace blip {
namespace {

// As in jpeg_file.cpp: libjpeg leaves by longjmp, so that its calls stand in a function without destructors.
class JpegEncoder {
 public:
  JpegEncoder() {
    jpeg_.err = jpeg_std_error(&errors_.base);
    errors_.base.error_exit = [](j_common_ptr jpeg) { leave(jpeg); };
    errors_.base.emit_message = [](j_common_ptr, int) {};
  }
  ~JpegEncoder() {
    jpeg_destroy_compress(&jpeg_);
    std::free(bytes_);
  }
  JpegEncoder(const JpegEncoder&) = delete;
  JpegEncoder& operator=(const JpegEncoder&) = delete;

  bool encode(const RgbImage& image, const JpegOptions& options) {
    if (setjmp(errors_.jump) != 0) return false;
    jpeg_create_compress(&jpeg_);
    jpeg_mem_dest(&jpeg_, &bytes_, &size_);
    jpeg_.image_width = static_cast<JDIMENSION>(image.width);
    jpeg_.image_height = static_cast<JDIMENSION>(image.height);
    jpeg_.input_components = 3;
    jpeg_.in_color_space = JCS_RGB;
    jpeg_set_defaults(&jpeg_);
    jpeg_set_quality(&jpeg_, options.quality, TRUE);
    jpeg_.comp_info[0].h_samp_factor = jpeg_.comp_info[0].v_samp_factor = options.subsample_chroma ? 2 : 1;
    jpeg_start_compress(&jpeg_, TRUE);
    while (jpeg_.next_scanline < jpeg_.image_height) {
      auto* row = const_cast<JSAMPROW>(image.row(static_cast<int>(jpeg_.next_scanline)));
      jpeg_write_scanlines(&jpeg_, &row, 1);
    }
    jpeg_finish_compress(&jpeg_);
    return true;
  }

  std::string bytes() const { return std::string(reinterpret_cast<const char*>(bytes_), size_); }
  const char* message() const noexcept { return errors_.message; }

 private:
  struct Errors {
    jpeg_error_mgr base;  // first, so that libjpeg's pointer to it is one to this
    std::jmp_buf jump;
    char message[JMSG_LENGTH_MAX] = "";
  };

  [[noreturn]] static void leave(j_common_ptr jpeg) {
    auto* errors = reinterpret_cast<Errors*>(jpeg->err);
    jpeg->err->format_message(jpeg, errors->message);
    std::longjmp(errors->jump, 1);
  }

  jpeg_compress_struct jpeg_{};
  Errors errors_{};
  unsigned char* bytes_ = nullptr;
  unsigned long size_ = 0;
};

}  // namespace

std::string encode_jpeg(const RgbImage& image, JpegOptions options) {
  if (options.quality < 1 || options.quality > 100) {
    throw Error(ErrorKind::kInvalidArgument,
                "JPEG quality " + std::to_string(options.quality) + " is out of range; give 1 to 100");
  }
  if (image.width < 1 || image.height < 1 || image.width > JPEG_MAX_DIMENSION || image.height > JPEG_MAX_DIMENSION) {
    throw Error(ErrorKind::kInvalidArgument, "a JPEG picture cannot be " + std::to_string(image.width) + " x " +
                                                 std::to_string(image.height) + " pixels; each side must be 1 to " +
                                                 std::to_string(JPEG_MAX_DIMENSION));
  }
  JpegEncoder encoder;
  if (!encoder.encode(image, options))
    throw Error(ErrorKind::kFailed, std::string("cannot encode a JPEG picture: ") + encoder.message());
  return encoder.bytes();
}

}  // namespace blip
