#include "training/data/text_lines.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "core/base/error.h"
#include "core/text/utf8.h"
#include "training/data/json_entry.h"

namespace blip {
namespace {

constexpr const char* kBlanks = " \t\r\n";

bool is_blank(const std::string& text) {
  return text.find_first_not_of(kBlanks) == std::string::npos;
}

PromptedText parse_object(const std::string& line, const std::string& where) {
  nlohmann::json object;
  try {
    object = nlohmann::json::parse(line);
  } catch (const nlohmann::json::exception& error) {
    throw Error(ErrorKind::kInvalidData, where + " is not valid JSON: " + error.what());
  }
  const JsonEntry entry(object, where);
  PromptedText item;
  if (object.contains("prompt") && object["prompt"] != "") item.prompt = entry.text("prompt");
  if (entry.has("image")) item.image = entry.text("image");
  item.text = entry.text("text");
  return item;
}

}  // namespace

std::string joined(const PromptedText& item) {
  if (item.prompt.empty()) return item.text;
  const bool apart = std::string(kBlanks).find(item.prompt.back()) != std::string::npos ||
                     std::string(kBlanks).find(item.text.front()) != std::string::npos;
  return item.prompt + (apart ? "" : " ") + item.text;
}

std::vector<PromptedText> read_text_lines(const std::filesystem::path& file) {
  const std::string name = "'" + file.string() + "'";
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) throw Error(ErrorKind::kNotFound, name + " does not exist");
  std::ifstream in(file, std::ios::binary);
  if (!in || std::filesystem::is_directory(file, ignored)) throw Error(ErrorKind::kFailed, "cannot read " + name);

  std::vector<PromptedText> items;
  bool objects = false;
  std::string line;
  for (std::int64_t number = 1; std::getline(in, line); ++number) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (is_blank(line)) continue;
    const std::string where = name + " line " + std::to_string(number);
    if (!is_utf8(line)) throw Error(ErrorKind::kInvalidData, where + " is not UTF-8");
    if (items.empty()) objects = line.front() == '{';
    PromptedText item = objects ? parse_object(line, where) : PromptedText{{}, line};
    item.id = file.filename().string() + ":" + std::to_string(number);
    items.push_back(std::move(item));
  }
  if (in.bad()) throw Error(ErrorKind::kFailed, "cannot read " + name);
  if (items.empty()) throw Error(ErrorKind::kInvalidData, name + " holds no text; expected one a line");
  return items;
}

}  // namespace blip
