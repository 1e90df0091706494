#pragma once

#include <filesystem>

#include "core/vision/rgb_image.h"

namespace blip {

struct ImageFileOptions {
  bool auto_orient = false;  // turn the picture as its EXIF block says; the original ignores it
};

// Whether the file starts as a JPEG or PNG does, whatever its name; false for a file that cannot be read.
bool is_still_image(const std::filesystem::path& path) noexcept;

// A JPEG or PNG file as RGB, the way Pillow's convert('RGB') gives it (but for 16-bit grey, which Pillow clips to
// white); see jpeg_file.h and png_file.h. Throws Error naming the file: kNotFound, or kInvalidData if it is empty, of
// another type, damaged or ends early.
RgbImage read_image(const std::filesystem::path& path, ImageFileOptions options = {});

}  // namespace blip
