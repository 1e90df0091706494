#pragma once

#include <string>

namespace blip {

// Writes a whole result to stdout, or to a file that appears when it is complete. Throws OutputFailure.
void write_result(const std::string& file, const std::string& bytes);

}  // namespace blip
