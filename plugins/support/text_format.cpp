#include "plugins/support/text_format.h"

#include <glib.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "plugins/support/gst_handles.h"

namespace blip {
namespace {

constexpr std::string_view kCueArrow = "-->";
constexpr std::string_view kArrow = "\xe2\x86\x92";  // U+2192

std::string json_string(std::string_view text) {
  return nlohmann::json(valid_utf8(text)).dump();
}

nlohmann::ordered_json json_of(const FieldValue& value);

nlohmann::ordered_json json_of(const Record& record) {
  nlohmann::ordered_json object = nlohmann::ordered_json::object();
  for (const Field& field : record) object[field.name] = json_of(field.value);
  return object;
}

struct JsonOf {
  nlohmann::ordered_json operator()(const std::string& text) const { return valid_utf8(text); }
  nlohmann::ordered_json operator()(const std::vector<Record>& records) const {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const Record& record : records) list.push_back(json_of(record));
    return list;
  }
  template <class Plain>
  nlohmann::ordered_json operator()(const Plain& plain) const {
    return plain;
  }
};

nlohmann::ordered_json json_of(const FieldValue& value) {
  return std::visit(JsonOf(), value);
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

constexpr gunichar kVerticalTab = 0x0B, kNextLine = 0x85;  // line ends that GLib does not count as space

}  // namespace

std::string valid_utf8(std::string_view text) {
  const GStringPtr valid(g_utf8_make_valid(text.data(), static_cast<gssize>(text.size())));
  return valid.get();
}

std::string subtitle_text(std::string_view text) {
  const std::string valid = valid_utf8(text);
  std::string line;
  bool space_due = false;
  for (const char* at = valid.c_str(); *at != '\0'; at = g_utf8_next_char(at)) {
    const gunichar character = g_utf8_get_char(at);
    if (g_unichar_isspace(character) || character == kVerticalTab || character == kNextLine) {
      space_due = !line.empty();
    } else if (!g_unichar_iscntrl(character)) {
      if (space_due) line += ' ';
      space_due = false;
      line.append(at, static_cast<std::size_t>(g_utf8_next_char(at) - at));
    }
  }
  replace_all(line, kCueArrow, kArrow);
  return line;
}

std::string wrap_lines(const std::string& line, std::size_t length) {
  if (length == 0) return line;
  std::string lines;
  glong used = 0;
  for (std::size_t begin = 0; begin < line.size();) {
    const std::size_t end = std::min(line.find(' ', begin), line.size());
    const std::string word = line.substr(begin, end - begin);
    const glong width = g_utf8_strlen(word.c_str(), -1);
    const bool fits = used > 0 && used + 1 + width <= static_cast<glong>(length);
    if (used > 0) lines += fits ? ' ' : '\n';
    lines += word;
    used = fits ? used + 1 + width : width;
    begin = end + 1;
  }
  return lines;
}

std::string escape_markup(const std::string& text) {
  const GStringPtr escaped(g_markup_escape_text(text.c_str(), static_cast<gssize>(text.size())));
  return escaped.get();
}

std::string json_seconds(std::int64_t time) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  constexpr std::size_t kLeastDecimals = 3;
  const std::int64_t magnitude = std::llabs(time);
  std::string decimals = std::to_string(kSecond + magnitude % kSecond).substr(1);
  while (decimals.size() > kLeastDecimals && decimals.back() == '0') decimals.pop_back();
  std::string seconds(time < 0 ? "-" : "");
  return seconds.append(std::to_string(magnitude / kSecond)).append(".").append(decimals);
}

std::string json_record(std::string_view source, std::int64_t start, std::int64_t end, const Finding& finding) {
  std::string record = "{\"source\": ";
  record.append(json_string(source)).append(", \"start\": ").append(json_seconds(start));
  record.append(", \"end\": ").append(json_seconds(end)).append(", \"text\": ").append(json_string(finding.text));
  for (const Field& field : finding.fields) {
    if (std::holds_alternative<std::vector<float>>(field.value)) continue;
    record.append(", ").append(json_string(field.name)).append(": ").append(json_of(field.value).dump());
  }
  return record.append("}\n");
}

}  // namespace blip
