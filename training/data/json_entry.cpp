#include "training/data/json_entry.h"

#include <cmath>
#include <fstream>
#include <utility>

#include "core/base/error.h"

namespace blip {
namespace {

using nlohmann::json;

bool is_blank(const std::string& text) {
  return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

}  // namespace

JsonEntry::JsonEntry(const json& object, std::string where) : object_(&object), where_(std::move(where)) {
  if (!object.is_object()) fail(std::string("is ") + object.type_name() + "; must be an object");
}

bool JsonEntry::has(std::string_view field) const {
  return object_->contains(field);
}

const json& JsonEntry::at(std::string_view field) const {
  const auto found = object_->find(field);
  if (found == object_->end()) fail("has no '" + std::string(field) + "'");
  return *found;
}

std::string JsonEntry::checked_text(const json& value, std::string_view field) const {
  if (!value.is_string()) fail("'" + std::string(field) + "' is " + value.type_name() + "; must be text");
  auto text = value.get<std::string>();
  if (is_blank(text)) fail("'" + std::string(field) + "' is empty");
  return text;
}

std::string JsonEntry::text(std::string_view field) const {
  return checked_text(at(field), field);
}

double JsonEntry::number(std::string_view field) const {
  const json& value = at(field);
  if (!value.is_number() || !std::isfinite(value.get<double>()))
    fail("'" + std::string(field) + "' is " + value.type_name() + "; must be a number");
  return value.get<double>();
}

std::string JsonEntry::id(std::string_view field) const {
  const json& value = at(field);
  if (value.is_number_integer()) return value.dump();
  if (!value.is_string()) fail("'" + std::string(field) + "' is " + value.type_name() + "; must be an integer or text");
  return checked_text(value, field);
}

std::vector<std::string> JsonEntry::texts(std::string_view field) const {
  const json& value = at(field);
  if (!value.is_array()) fail("'" + std::string(field) + "' is " + value.type_name() + "; must be a list of texts");
  if (value.empty()) fail("'" + std::string(field) + "' is an empty list");
  std::vector<std::string> result;
  for (const json& item : value) result.push_back(checked_text(item, field));
  return result;
}

std::vector<std::string> JsonEntry::text_or_texts(std::string_view field) const {
  if (at(field).is_array()) return texts(field);
  return {text(field)};
}

std::string JsonEntry::text_or_text_object(std::string_view field) const {
  const json& value = at(field);
  return value.is_object() ? JsonEntry(value, where_ + " " + std::string(field)).text("text") : text(field);
}

std::vector<JsonEntry> JsonEntry::objects(std::string_view field) const {
  const json& value = at(field);
  if (!value.is_array()) fail("'" + std::string(field) + "' is " + value.type_name() + "; must be a list");
  std::vector<JsonEntry> result;
  for (const json& item : value)
    result.emplace_back(item, where_ + " " + std::string(field) + "[" + std::to_string(result.size()) + "]");
  return result;
}

void JsonEntry::fail(const std::string& what) const {
  throw Error(ErrorKind::kInvalidData, where_ + ": " + what);
}

void read_json_list(const std::filesystem::path& file, const std::function<void(const JsonEntry& entry)>& read) {
  const std::string name = "'" + file.string() + "'";
  if (!std::filesystem::exists(file)) throw Error(ErrorKind::kNotFound, name + " does not exist");
  std::ifstream in(file, std::ios::binary);
  if (!in || std::filesystem::is_directory(file)) throw Error(ErrorKind::kFailed, "cannot read " + name);

  std::int64_t entries = 0;
  // Each entry leaves memory as soon as it is read.
  const auto take_entry = [&](int depth, json::parse_event_t event, json& value) {
    if (depth == 0 && event == json::parse_event_t::object_start)
      throw Error(ErrorKind::kInvalidData, name + " is an object; must be a list of objects");
    const bool is_entry =
        depth == 1 && (event == json::parse_event_t::object_end || event == json::parse_event_t::array_end ||
                       event == json::parse_event_t::value);
    if (!is_entry) return true;
    read(JsonEntry(value, name + " entry " + std::to_string(entries)));
    ++entries;
    return false;
  };
  json document;
  try {
    document = json::parse(in, take_entry);
  } catch (const json::exception& error) {
    throw Error(ErrorKind::kInvalidData,
                name + " is not valid JSON after entry " + std::to_string(entries - 1) + ": " + error.what());
  }
  if (in.bad()) throw Error(ErrorKind::kFailed, "cannot read " + name);
  if (!document.is_array() && entries == 0)
    throw Error(ErrorKind::kInvalidData, name + " is " + document.type_name() + "; must be a list of objects");
  if (entries == 0) throw Error(ErrorKind::kInvalidData, name + " is an empty list");
}

}  // namespace blip
