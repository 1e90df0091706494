#include "training/data/picture_bytes.h"

#include "core/base/error.h"
#include "core/vision/jpeg_file.h"
#include "core/vision/png_file.h"

namespace blip {

RgbImage decode_picture(std::string_view bytes, const std::string& name) {
  if (bytes.starts_with("\xFF\xD8\xFF")) return decode_jpeg(bytes, name).image;
  if (bytes.starts_with("\x89PNG\r\n\x1A\n")) return decode_png(bytes, name).image;
  throw Error(ErrorKind::kInvalidData, "'" + name + "' is no picture: its " + std::to_string(bytes.size()) +
                                           " bytes start neither as JPEG nor as PNG");
}

}  // namespace blip
