#pragma once

#include <filesystem>
#include <string>

#include "pipelines/watching/alert.h"

namespace blip {

// "a-red-car" of "A red car!": ASCII letters and digits in lower case, '-' for the rest; at most 40 characters; "x"
// when nothing is left.
std::string file_word(const std::string& text);

// What the files of an alert are called, without an ending: DIRECTORY/SOURCE_TIME_QUERY, such as
// "talk_00-01-02.345_a-red-car", or "camera-1_20260301T120000.250Z_a-red-car" of a live source. A number is added where
// there is such a file, or this process has given the name away already.
std::filesystem::path new_clip_name(const std::filesystem::path& directory, const Alert& alert);

}  // namespace blip
