#include "pipelines/chatting/conversation.h"

#include <algorithm>
#include <utility>

#include "core/base/error.h"

namespace blip {
namespace {

// Line ends and what is around them become a blank.
std::string on_one_line(const std::string& text) {
  std::string line;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f';
    if (!blank)
      line += c;
    else if (!line.empty() && line.back() != ' ')
      line += ' ';
  }
  if (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

}  // namespace

Answer Conversation::ask(const std::string& question) {
  AnswerOptions options = options_;
  const std::size_t told = std::min(turns_, said_.size());
  options.history.assign(said_.end() - static_cast<std::ptrdiff_t>(told), said_.end());
  auto found = stream_.answer({&clip_, 1}, question, options);
  if (!found.ok()) throw Error(found.failure().kind, found.failure().message);
  Answer answer = std::move(found.value().at(0));
  answer.text = on_one_line(answer.text);
  said_.push_back({question, answer.text});
  return answer;
}

}  // namespace blip
