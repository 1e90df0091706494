#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/tasks/engine_api.h"
#include "pipelines/options/gate_settings.h"
#include "pipelines/options/model_settings.h"
#include "pipelines/records/job_files.h"

namespace blip {

// What "gst-blip ask" was asked to do. Defaults live here and nowhere else.
struct AskSettings : JobFiles, GateSettings, ModelSettings {
  std::vector<std::string> questions;
  std::string answers_file;  // --rank: a text a line to choose the answer from; empty = free answers
  std::string prompt;        // BLIP-2: what the question is put into in the place of {}; empty = the model's own
  std::string instruction;   // BLIP-2: given to the model as it stands, in the place of a question
  bool token_ids = false;    // json: add the token ids

  std::optional<int> frames;           // pictures of the clip, or of a window, looked at together; unset = frames_for()
  std::optional<std::int64_t> window;  // nanoseconds; unset = one answer over the whole clip
  std::optional<std::int64_t> overlap;  // nanoseconds that a window shares with the one before
  std::optional<double> fps;            // windows: pictures sampled a second; unset = frames / window

  int num_beams = 3;   // 1 = greedy
  int min_length = 1;  // tokens of an answer
  int max_length = 10;
  double length_penalty = 1;  // of beams

  // `frames`, else 16, as in the paper's video question answering; of BLIP-2, whose pictures are 32 tokens each before
  // the question, 4.
  int frames_for(const ModelAbilities& abilities) const;
  double sampling_rate(int pictures) const;  // of windows of so many pictures

  // Takes the last of `files` as the question when there is no other, and no instruction. Throws UsageError when there
  // is none.
  void take_question();
  // Throws UsageError for values that do not go together.
  void validate() const;
};

}  // namespace blip
