#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace blip {

// What a line of a conversation means.
struct ChatLine {
  enum class Kind { kNothing, kQuestion, kHistory, kClear, kAt, kHelp, kQuit, kUnknown };
  Kind kind = Kind::kNothing;
  std::string text;       // the question; of kUnknown, what is wrong with the line
  std::int64_t time = 0;  // of kAt, nanoseconds
};

// Blank lines and lines that begin with '#' are nothing; one that begins with '/' is a command.
ChatLine parse_chat_line(std::string_view line);

}  // namespace blip
