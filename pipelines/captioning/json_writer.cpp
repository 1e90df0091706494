#include "pipelines/captioning/json_writer.h"

#include <nlohmann/json.hpp>

#include "pipelines/captioning/clock_text.h"

namespace blip {
namespace {

// File names may hold bytes that are not UTF-8; JSON may not.
std::string quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

std::string JsonWriter::spell(const CaptionRecord& record) {
  std::string line = "{\"source\":" + quoted(record.source);
  line += ",\"start\":" + seconds_text(record.start) + ",\"end\":" + seconds_text(record.end);
  line += ",\"text\":" + quoted(record.text);
  line += ",\"score\":" + nlohmann::json(record.score).dump();
  line += ",\"confidence\":" + nlohmann::json(record.confidence).dump();
  if (token_ids_) line += ",\"token_ids\":" + nlohmann::json(record.token_ids).dump();
  return line + "}\n";
}

}  // namespace blip
