#include "core/tasks/chat_prompt.h"

#include <string_view>

#include "core/base/error.h"

namespace blip {
namespace {

constexpr std::string_view kPlace = "{}";

bool ends_a_sentence(const std::string& text) {
  return text.ends_with('.') || text.ends_with('!') || text.ends_with('?');
}

}  // namespace

std::string filled_prompt(const std::string& form, const std::string& question) {
  const std::size_t place = form.find(kPlace);
  if (place == std::string::npos || form.find(kPlace, place + kPlace.size()) != std::string::npos) {
    throw Error(ErrorKind::kInvalidArgument,
                "the prompt '" + form +
                    "' must have exactly one {}, where the question goes; \"{}\" alone is the question as it is");
  }
  return form.substr(0, place) + question + form.substr(place + kPlace.size());
}

std::string chat_prompt(const std::string& form, std::span<const ChatTurn> history, const std::string& question) {
  std::string prompt;
  for (const ChatTurn& turn : history) {
    prompt += filled_prompt(form, turn.question) + " " + turn.answer + (ends_a_sentence(turn.answer) ? " " : ". ");
  }
  return prompt + filled_prompt(form, question);
}

}  // namespace blip
