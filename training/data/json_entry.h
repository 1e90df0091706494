#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace blip {

// An object of an annotation file, read strictly; the fields that a data set does not use may hold anything. Functions
// throw Error(kInvalidData) "FILE entry N: 'caption' is number; must be text".
class JsonEntry {
 public:
  JsonEntry(const nlohmann::json& object, std::string where);  // throws when it is no object

  const std::string& where() const noexcept { return where_; }
  bool has(std::string_view field) const;
  std::string text(std::string_view field) const;                        // not blank
  double number(std::string_view field) const;                           // finite
  std::string id(std::string_view field) const;                          // text, or an integer written out
  std::vector<std::string> texts(std::string_view field) const;          // a list of texts, not empty, none blank
  std::vector<std::string> text_or_texts(std::string_view field) const;  // one text, or such a list
  std::string text_or_text_object(std::string_view field) const;         // a text, or {"text": a text}
  std::vector<JsonEntry> objects(std::string_view field) const;          // a list of objects, maybe empty
  [[noreturn]] void fail(const std::string& what) const;

 private:
  const nlohmann::json& at(std::string_view field) const;
  std::string checked_text(const nlohmann::json& value, std::string_view field) const;

  const nlohmann::json* object_;
  std::string where_;
};

// Calls `read` for each object of a file that is a list of objects, without keeping the file in memory. Throws Error
// naming the file: kNotFound, kFailed, kInvalidData (no JSON, not UTF-8, no list, empty), with the entry's number from
// 0.
void read_json_list(const std::filesystem::path& file, const std::function<void(const JsonEntry& entry)>& read);

}  // namespace blip
