#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace blip {

// 128 bits that stand for bytes, as 32 hexadecimal digits. Not for adversaries.
std::string content_hash(std::string_view bytes);

// Of a whole file, read in pieces. Throws Error(kNotFound, kFailed) naming it.
std::string file_hash(const std::filesystem::path& file);

}  // namespace blip
