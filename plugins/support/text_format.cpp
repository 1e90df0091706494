#include "plugins/support/text_format.h"

#include <glib.h>

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

std::string field_text(const FieldValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return json_string(*text);
  return std::visit([](const auto& plain) { return nlohmann::json(plain).dump(); }, value);
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

std::string pango_text(std::string_view text) {
  const std::string line = subtitle_text(text);
  const GStringPtr escaped(g_markup_escape_text(line.c_str(), static_cast<gssize>(line.size())));
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
  for (const auto& [name, value] : finding.fields) {
    record.append(", ").append(json_string(name)).append(": ").append(field_text(value));
  }
  return record.append("}\n");
}

}  // namespace blip
