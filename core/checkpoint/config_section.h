#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace blip {

// One JSON object of a config.json and the way to it, "" or "vision_config."; fields that are absent or null are empty.
// Strictly typed: a field of another kind is Error(kInvalidData) naming the file, the field, its value and what would
// be right. Holds references to the object and the source.
class ConfigSection {
 public:
  ConfigSection(const nlohmann::json& object, std::string prefix, const std::string& source);

  std::optional<std::int64_t> size(const char* key) const;  // 1 to 2^24
  std::optional<std::int64_t> id(const char* key) const;    // 0 to 2^24
  std::optional<double> epsilon(const char* key) const;     // between 0 and 1
  std::optional<bool> flag(const char* key) const;
  std::optional<std::string> text(const char* key) const;
  std::optional<std::string> first_text(const char* key) const;  // of a list of texts
  void expect(const char* key, std::string_view expected) const;

  bool has(const char* key) const { return find(key) != nullptr; }
  ConfigSection child(const char* key) const;  // an empty one where there is none
  const std::string& prefix() const { return prefix_; }

  Error wrong(const char* key, const std::string& expected) const;  // about a field that is there

 private:
  const nlohmann::json* find(const char* key) const;
  std::optional<std::int64_t> number(const char* key, std::uint64_t smallest) const;

  const nlohmann::json& object_;
  std::string prefix_;
  const std::string& source_;
};

}  // namespace blip
