#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pipelines/options/gate_settings.h"
#include "pipelines/options/model_settings.h"
#include "pipelines/records/job_files.h"

namespace blip {

// What "gst-blip ask" was asked to do. Defaults live here and nowhere else.
struct AskSettings : JobFiles, GateSettings, ModelSettings {
  std::vector<std::string> questions;
  std::string answers_file;  // --rank: a text a line to choose the answer from; empty = free answers
  bool token_ids = false;    // json: add the token ids

  int frames = 16;                      // pictures of the clip, or of each window, that are looked at together
  std::optional<std::int64_t> window;   // nanoseconds; unset = one answer over the whole clip
  std::optional<std::int64_t> overlap;  // nanoseconds that a window shares with the one before
  std::optional<double> fps;            // windows: pictures sampled a second; unset = frames / window

  int num_beams = 3;   // 1 = greedy
  int min_length = 1;  // tokens of an answer
  int max_length = 10;

  double sampling_rate() const;  // of windows

  // Takes the last of `files` as the question when no other is given. Throws UsageError when there is none.
  void take_question();
  // Throws UsageError for values that do not go together.
  void validate() const;
};

}  // namespace blip
