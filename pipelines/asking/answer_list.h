#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace blip {

// The answers to choose from: one a line, UTF-8, blanks around it dropped; empty lines and lines that begin with '#'
// are left out, as blipdecoder's property answers-file leaves them out.
// Throws Error: kNotFound; kInvalidData naming the line that is not UTF-8, or when there is no answer at all.
std::vector<std::string> read_answer_list(const std::filesystem::path& file);

}  // namespace blip
