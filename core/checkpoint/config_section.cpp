#include "core/checkpoint/config_section.h"

#include <utility>

#include "core/checkpoint/message.h"

namespace blip {

ConfigSection::ConfigSection(const nlohmann::json& object, std::string prefix, const std::string& source)
    : object_(object), prefix_(std::move(prefix)), source_(source) {}

const nlohmann::json* ConfigSection::find(const char* key) const {
  const auto found = object_.find(key);
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

Error ConfigSection::wrong(const char* key, const std::string& expected) const {
  const nlohmann::json& value = *find(key);
  const std::string found =
      value.is_structured() ? value.type_name() : value.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
  return invalid_data(source_, prefix_ + key + " is " + in_quotes(found) + ", expected " + expected);
}

std::optional<std::int64_t> ConfigSection::number(const char* key, std::uint64_t smallest) const {
  constexpr std::uint64_t kLargest = 1 << 24;
  const nlohmann::json* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number_unsigned() || value->get<std::uint64_t>() < smallest ||
      value->get<std::uint64_t>() > kLargest) {
    throw wrong(key, "a whole number from " + std::to_string(smallest) + " to " + std::to_string(kLargest));
  }
  return value->get<std::int64_t>();
}

std::optional<std::int64_t> ConfigSection::size(const char* key) const {
  return number(key, 1);
}

std::optional<std::int64_t> ConfigSection::id(const char* key) const {
  return number(key, 0);
}

std::optional<double> ConfigSection::epsilon(const char* key) const {
  const nlohmann::json* value = find(key);
  if (value == nullptr) return std::nullopt;
  const double number = value->is_number() ? value->get<double>() : -1;
  if (!(number > 0 && number < 1)) throw wrong(key, "a number between 0 and 1");
  return number;
}

std::optional<bool> ConfigSection::flag(const char* key) const {
  const nlohmann::json* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_boolean()) throw wrong(key, "true or false");
  return value->get<bool>();
}

std::optional<std::string> ConfigSection::text(const char* key) const {
  const nlohmann::json* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) throw wrong(key, "a text");
  return value->get<std::string>();
}

std::optional<std::string> ConfigSection::first_text(const char* key) const {
  const nlohmann::json* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_array() || (!value->empty() && !value->front().is_string())) throw wrong(key, "a list of texts");
  if (value->empty()) return std::nullopt;
  return value->front().get<std::string>();
}

void ConfigSection::expect(const char* key, std::string_view expected) const {
  const nlohmann::json* value = find(key);
  if (value == nullptr) return;
  if (!value->is_string() || value->get_ref<const std::string&>() != expected) {
    throw wrong(key, "'" + std::string(expected) + "'");
  }
}

ConfigSection ConfigSection::child(const char* key) const {
  static const nlohmann::json kEmpty = nlohmann::json::object();
  const nlohmann::json* value = find(key);
  if (value == nullptr) return {kEmpty, prefix_ + key + ".", source_};
  if (!value->is_object()) throw wrong(key, "an object");
  return {*value, prefix_ + key + ".", source_};
}

}  // namespace blip
