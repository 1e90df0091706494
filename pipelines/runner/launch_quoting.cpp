#include "pipelines/runner/launch_quoting.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

namespace blip {
namespace {

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool consists_of(const std::string& text, std::string_view marks) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [marks](char c) {
    return is_alphanumeric(c) || marks.find(c) != std::string_view::npos;
  });
}

// GStreamer's own spelling of a string, in which any byte can be written in octal: it survives the two rounds of
// unescaping that a launch line goes through, also where the value ends with a backslash.
std::string gst_string(const std::string& value) {
  std::string spelled = "\"";
  for (const char c : value) {
    if (is_alphanumeric(c)) {
      spelled += c;
      continue;
    }
    std::array<char, 5> octal{};
    std::snprintf(octal.data(), octal.size(), "\\%03o", static_cast<unsigned char>(c));
    spelled += octal.data();
  }
  return spelled + '"';
}

}  // namespace

bool is_launch_word(const std::string& text) {
  return consists_of(text, ".+-_");
}

std::string quote_launch_value(const std::string& value) {
  const bool is_null = value == "NULL";  // means no string at all to GStreamer
  if (!is_null && consists_of(value, ".+-_/:%@,")) return value;
  if (!is_null && value.find_first_of("\"\\") == std::string::npos) return '"' + value + '"';
  std::string quoted = "\"";
  for (const char c : gst_string(value)) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

std::string quote_for_shell(const std::string& word) {
  if (consists_of(word, ".+-_/:%@,=")) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace blip
