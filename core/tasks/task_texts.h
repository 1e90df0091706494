#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/engine/loaded_model.h"
#include "core/generate/generated_sequence.h"
#include "core/tasks/task_types.h"

namespace blip {

// What a sequence is decoded from, without its clip, and how: lengths as a search counts them, scoring decided.
struct DecodePlan {
  DecodeInput input;
  GenerationOptions generation;
};

// How a family of models is asked and how its words are read: the one place in the tasks that knows families apart.
// Errors are Error(kInvalidArgument) for options out of range and prompts that leave no room.
class TaskTexts {
 public:
  using Ids = std::vector<std::int64_t>;
  virtual ~TaskTexts() = default;

  // For clips of at most `frames` frames, which take room in a language model's context.
  virtual DecodePlan plan_caption(const CaptionOptions& options, std::size_t frames) const = 0;
  virtual DecodePlan plan_answer(const std::string& question, const AnswerOptions& options,
                                 std::size_t frames) const = 0;
  // Throws for a question that is not UTF-8 or has no word in it, `plan` being what plan_answer() made of it.
  virtual void expect_question(const std::string& question, const DecodePlan& plan) const = 0;

  virtual std::string caption_text(const DecodePlan& plan, const GeneratedSequence& sequence) const = 0;
  virtual std::string answer_text(const GeneratedSequence& sequence) const = 0;
  // What of a sequence's ids is told: all of BLIP's, of a language model what it generated.
  virtual Ids told_ids(const GeneratedSequence& sequence) const = 0;
  // As Backend::continuation_losses() takes answers: the last id of the prompt, the answer, the end.
  virtual Ids answer_ids(const DecodePlan& plan, const std::string& answer) const = 0;

  virtual Ids match_ids(const std::string& text, const MatchOptions& options) const = 0;
  virtual Ids embedding_ids(const std::string& text, std::int64_t max_tokens) const = 0;  // 0 = the model's own
};

// Borrows the model. Knows nothing of what the model lacks: abilities.h refuses that.
std::unique_ptr<TaskTexts> task_texts(const LoadedModel& model);

}  // namespace blip
