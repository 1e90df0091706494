#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipelines/records/timed_record.h"

namespace blip {

// What was answered to one question about one clip or window.
struct FoundAnswer {
  std::string question;
  std::string text;
  // Free answers:
  double score = 0;       // the search's; higher is better
  double confidence = 0;  // in [0, 1]
  std::vector<std::int64_t> token_ids;
  // Answers chosen from a list:
  std::optional<std::int64_t> index;  // in the list
  double loss = 0;                    // lowest is best
  double first_token_probability = 0;
};

// The record of it: the answer is the text; `show_question` puts the question into the remark. Times are the caller's.
TimedRecord answer_record(const FoundAnswer& answer, bool show_question, bool token_ids);

// The answers in one record of blipdecoder's text pad, and its times. Throws Error(kInvalidData) when a field is
// missing or of another type.
struct AnswersOfWindow {
  std::int64_t start = 0, end = 0;  // nanoseconds of stream time
  std::vector<FoundAnswer> answers;
};
AnswersOfWindow parse_answers(std::string_view json);

}  // namespace blip
