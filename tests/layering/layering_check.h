#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/layering/house_rules.h"

namespace blip::layering {

// Every check gives one line a violation: "FILE:LINE: what is wrong; what would be right". Empty = the tree keeps the
// rule.

// Includes against the arrows between rooms, of libraries that a room may not use, of headers not named from the root.
std::vector<std::string> check_includes(const std::filesystem::path& root, const Rules& rules);

// Sources and headers that are too long.
std::vector<std::string> check_sizes(const std::filesystem::path& root, const Rules& rules);

// Two concepts of one name: files of the same base name in different folders; folders named after nothing.
std::vector<std::string> check_names(const std::filesystem::path& root, const Rules& rules);

// A .cpp without its mirrored test: core/x/y.cpp needs tests/core/x/y_test.cpp.
std::vector<std::string> check_tests(const std::filesystem::path& root, const Rules& rules);

// Words that may not stand in sources.
std::vector<std::string> check_words(const std::filesystem::path& root, const Rules& rules);

// Exceptions that name a file or folder which is not there, or that give no reason.
std::vector<std::string> check_exceptions(const std::filesystem::path& root, const Rules& rules);

}  // namespace blip::layering
