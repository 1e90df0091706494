#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/outcome.h"
#include "core/tasks/task_types.h"

namespace blip {

// What was asked and answered before: a JSON list [{"question": "…", "answer": "…"}], or a question, a tab and its
// answer a line, oldest first; nothing, where the text is blank. Fails with kInvalidArgument, naming the entry or line.
Outcome<std::vector<ChatTurn>> parse_history(std::string_view text);

}  // namespace blip
