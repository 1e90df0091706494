#pragma once

#include <span>
#include <string>

#include "core/tasks/task_types.h"

namespace blip {

// How a question is put to a language model: "Question: {} Answer:" with the question in the place of "{}". Throws
// Error(kInvalidArgument) unless `form` has exactly one.
std::string filled_prompt(const std::string& form, const std::string& question);

// A conversation as the paper's demonstration writes it: "Question: q Answer: a. Question: q2 Answer:". An answer that
// ends a sentence itself gets no second mark.
std::string chat_prompt(const std::string& form, std::span<const ChatTurn> history, const std::string& question);

}  // namespace blip
