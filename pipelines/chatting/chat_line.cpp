#include "pipelines/chatting/chat_line.h"

#include <map>
#include <optional>

#include "pipelines/terminal/duration_text.h"

namespace blip {
namespace {

using Kind = ChatLine::Kind;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n\v\f";
  const auto begin = text.find_first_not_of(kBlanks);
  return begin == std::string_view::npos ? std::string_view()
                                         : text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

ChatLine parse_command(std::string_view line) {
  static const std::map<std::string_view, Kind> kCommands = {{"/history", Kind::kHistory}, {"/clear", Kind::kClear},
                                                             {"/at", Kind::kAt},           {"/help", Kind::kHelp},
                                                             {"/quit", Kind::kQuit},       {"/exit", Kind::kQuit}};
  const std::size_t end = line.find_first_of(" \t");
  const std::string_view argument = end == std::string_view::npos ? std::string_view() : trimmed(line.substr(end));
  const auto found = kCommands.find(line.substr(0, end));
  if (found == kCommands.end())
    return {Kind::kUnknown, "'" + std::string(line) + "' is no command; /help names them", 0};
  if (found->second != Kind::kAt) return {found->second, {}, 0};
  const auto time = parse_duration(argument);
  if (!time)
    return {Kind::kUnknown, "/at wants a time such as 12s, 1.5s or 2min, not '" + std::string(argument) + "'", 0};
  return {Kind::kAt, {}, *time};
}

}  // namespace

ChatLine parse_chat_line(std::string_view line) {
  const std::string_view text = trimmed(line);
  if (text.empty() || text.front() == '#') return {};
  if (text.front() == '/') return parse_command(text);
  return {Kind::kQuestion, std::string(text), 0};
}

}  // namespace blip
