#pragma once

#include <string>
#include <string_view>

namespace blip {

// The type of a video file, for browsers: by its first bytes (16 are enough to tell), else by its name's end, else
// "application/octet-stream".
std::string video_media_type(std::string_view first_bytes, std::string_view path);

// The type of a file of the page by its name's end: .html .css .js .svg .png .json .webmanifest .ico .woff2 .yaml;
// else "application/octet-stream".
std::string page_media_type(std::string_view name);

}  // namespace blip
