#include "pipelines/records/json_writer.h"

#include <nlohmann/json.hpp>

#include "pipelines/terminal/clock_text.h"

namespace blip {
namespace {

// File names may hold bytes that are not UTF-8; JSON may not.
std::string quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

std::string JsonWriter::spell(const TimedRecord& record) {
  std::string line = "{\"source\":" + quoted(record.source);
  line += ",\"start\":" + seconds_text(record.start) + ",\"end\":" + seconds_text(record.end);
  line += ",\"text\":" + quoted(record.text);
  for (const auto& [name, value] : record.details) line += "," + quoted(name) + ":" + value;
  return line + "}\n";
}

}  // namespace blip
