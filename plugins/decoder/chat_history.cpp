#include "plugins/decoder/chat_history.h"

#include <nlohmann/json.hpp>

namespace blip {
namespace {

using Json = nlohmann::json;

Failure wrong(const std::string& what) {
  return {ErrorKind::kInvalidArgument,
          "history: " + what +
              R"(; expected [{"question": "…", "answer": "…"}], or a question, a tab and its answer a line)"};
}

Outcome<std::vector<ChatTurn>> parse_list(std::string_view text) {
  const Json list = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!list.is_array()) return wrong("this is no JSON list");
  std::vector<ChatTurn> turns;
  for (const Json& entry : list) {
    const auto text_of = [&](const char* name) {
      const auto found = entry.is_object() ? entry.find(name) : entry.end();
      return entry.is_object() && found != entry.end() && found->is_string() ? found->get<std::string>() : "";
    };
    turns.push_back({text_of("question"), text_of("answer")});
    if (turns.back().question.empty() || turns.back().answer.empty())
      return wrong("entry " + std::to_string(turns.size()) + " lacks a question or an answer");
  }
  return turns;
}

Outcome<std::vector<ChatTurn>> parse_lines(std::string_view text) {
  std::vector<ChatTurn> turns;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const std::size_t tab = line.find('\t');
    if (tab == std::string_view::npos || tab == 0 || tab + 1 == line.size())
      return wrong("line " + std::to_string(number) + " is not a question, a tab and its answer");
    turns.push_back({std::string(line.substr(0, tab)), std::string(line.substr(tab + 1))});
  }
  return turns;
}

}  // namespace

Outcome<std::vector<ChatTurn>> parse_history(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return std::vector<ChatTurn>();
  return text[begin] == '[' ? parse_list(text) : parse_lines(text);
}

}  // namespace blip
