#pragma once

#include <string>

namespace blip {

// Finds what is wrong with a file before a decoder sees it: not there, a directory, a pipe or device, empty, not
// readable. Throws Error of one line that says what is wrong but leaves the name to the caller.
void check_input_file(const std::string& path);

}  // namespace blip
