#include "pipelines/chatting/chat_settings.h"

#include "pipelines/terminal/clock_text.h"
#include "pipelines/terminal/usage_error.h"

namespace blip {

AnswerOptions ChatSettings::answer_options() const {
  AnswerOptions options;
  options.prompt = prompt;
  options.generation.num_beams = num_beams;
  options.generation.min_length = min_length;
  options.generation.max_length = max_length;
  options.generation.length_penalty = length_penalty;
  options.generation.sample = top_p > 0;
  options.generation.top_p = top_p;
  options.generation.seed = seed;
  return options;
}

void ChatSettings::validate() const {
  if (at && (from || to)) throw UsageError("--at is one moment; leave --from and --to away");
  if (at && frames > 1) throw UsageError("--at is one moment, of which there is one picture; leave --frames away");
  if (from && to && *from >= *to)
    throw UsageError("--from " + seconds_text(*from) + " s is not before --to " + seconds_text(*to) + " s");
  if (min_length > max_length)
    throw UsageError("--min-length " + std::to_string(min_length) + " is above --max-length " +
                     std::to_string(max_length) + "; it may be at most as large");
  if (!prompt.empty() && prompt.find("{}") == std::string::npos)
    throw UsageError("--prompt '" + prompt + "' has no {} for the question; for example 'Question: {} Answer:'");
}

}  // namespace blip
