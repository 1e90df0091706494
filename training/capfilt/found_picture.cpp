#include "training/capfilt/found_picture.h"

#include "core/vision/jpeg_writer.h"
#include "training/data/picture_bytes.h"

namespace blip {
namespace {

constexpr int kJpegQuality = 90;

}  // namespace

void decode(FoundPicture& picture) {
  if (picture.image.width == 0) picture.image = decode_picture(picture.bytes, picture.key);
}

void encode(FoundPicture& picture) {
  if (!picture.bytes.empty()) return;
  picture.bytes = encode_jpeg(picture.image, {.quality = kJpegQuality});
  picture.extension = "jpg";
}

}  // namespace blip
