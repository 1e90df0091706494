#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/tasks/task_types.h"
#include "plugins/support/analysis.h"
#include "plugins/support/property_table.h"

namespace blip {

enum class DecoderTask { kCaption, kVqa, kVqaRank };

// What the text is generated with; a length of -1 stands for the task's own.
struct GenerationSettings {
  std::int64_t min_length = -1;
  std::int64_t max_length = -1;
  GenerationOptions options;
};

struct DecoderSettings {
  DecoderTask task = DecoderTask::kCaption;
  std::optional<std::string> prompt;  // unset = the model's own
  std::string question;               // several, separated by ';'
  std::string instruction;            // not empty: given to the model as it stands, whatever the task
  std::string history;                // what was said before, as parse_history() takes it
  std::int64_t history_turns = 0;     // newest answers on this stream that are told to the model, too
  std::string questions_file, answers, answers_file;
  std::int64_t rank_k = 128;  // configs/vqa.yaml, k_test
  double min_confidence = 0;
  WindowOptions window;
  GenerationSettings generation;
};

const PropertyTable<DecoderSettings>& decoder_properties();

// The options of the settings' task; those of answers without a prompt and a history.
CaptionOptions caption_options(const DecoderSettings& settings);
AnswerOptions answer_options(const DecoderSettings& settings);

}  // namespace blip
