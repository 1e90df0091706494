#pragma once

#include <string>

namespace blip {

// Letters, digits and . + - _ only, at least one: such a word can stand anywhere in a launch line.
bool is_launch_word(const std::string& text);

// The value spelled so that "property=VALUE" in a launch line sets a text property to exactly this value, whatever
// blanks, quotes, backslashes or "!" it holds. `value` is UTF-8 without NUL.
std::string quote_launch_value(const std::string& value);

// One word for a POSIX shell.
std::string quote_for_shell(const std::string& word);

}  // namespace blip
