#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "plugins/support/finding.h"

namespace blip {

enum class TextFormat { kUtf8, kPangoMarkup, kJson };

// Valid UTF-8 (what is not becomes U+FFFD).
std::string valid_utf8(std::string_view text);

// One line that no subtitle format trips over: valid UTF-8, runs of white space are one space, control characters are
// left out,
// "-->" becomes an arrow.
std::string subtitle_text(std::string_view text);

// The words of `line` on lines of at most `length` characters, where a longer word stands alone; 0 leaves it as it is.
std::string wrap_lines(const std::string& line, std::size_t length);

// The characters of markup escaped.
std::string escape_markup(const std::string& text);

// "12.345" from ns: seconds with at least three decimals, as many as the time has.
std::string json_seconds(std::int64_t time);

// One JSON object and a newline: source, start, end (seconds of stream time, end exclusive), text, then the finding's
// fields; embeddings are left out.
std::string json_record(std::string_view source, std::int64_t start, std::int64_t end, const Finding& finding);

}  // namespace blip
