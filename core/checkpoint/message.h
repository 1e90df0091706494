#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace blip {

// Error(kInvalidData) "'SOURCE': WHAT"; SOURCE is the file's name.
Error invalid_data(const std::string& source, const std::string& what);

// Text from a file made fit for a one-line message: in quotes, control characters as '?', at most 300 characters.
std::string in_quotes(std::string_view text);

std::string shape_text(const std::vector<std::int64_t>& shape);  // "[2, 768]"

// The first ten, separated by commas, and how many more there are.
std::string first_ten(const std::vector<std::string>& items);

}  // namespace blip
