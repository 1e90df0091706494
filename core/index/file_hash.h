#pragma once

#include <filesystem>
#include <functional>
#include <string>

namespace blip {

// XXH3-128 of all bytes of a file, 32 hexadecimal digits: by it a file is known again wherever it lies. `cancelled` is
// asked every few megabytes. Throws Error: kFailed naming the file when it cannot be read, kCancelled.
std::string file_hash(const std::filesystem::path& file, const std::function<bool()>& cancelled = {});
// The same of a text.
std::string text_hash(const std::string& text);

}  // namespace blip
