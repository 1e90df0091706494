#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace blip {

// Takes as long whatever the texts hold and wherever they differ.
bool same_secret(std::string_view a, std::string_view b);

// 64 hexadecimal digits from the system's random numbers. Throws Error(kFailed).
std::string random_secret();

// The one line of the file, without blanks around it. Throws Error naming the file: kNotFound; kInvalidData when it is
// no line of 16 to 512 printable ASCII characters.
std::string read_token_file(const std::filesystem::path& file);
// The same for a text; `source` names where it is from.
std::string check_token(std::string_view text, const std::string& source);

}  // namespace blip
