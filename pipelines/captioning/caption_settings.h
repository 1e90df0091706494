#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pipelines/options/gate_settings.h"
#include "pipelines/options/model_settings.h"
#include "pipelines/records/job_files.h"

namespace blip {

// What "gst-blip caption" was asked to do. Defaults live here and nowhere else.
struct CaptionSettings : JobFiles, GateSettings, ModelSettings {
  bool token_ids = false;  // json: add the token ids

  double fps = 1;                     // frames analysed in a second of video; 0 = every frame
  std::optional<std::string> prompt;  // unset = the model's own
  int num_beams = 3;                  // 1 = greedy
  int min_length = 5;                 // tokens, prompt included; of BLIP-2 without it
  int max_length = 20;
  double top_p = 0;        // 0 = search; above = nucleus sampling
  int top_k = 50;          // 0 = off; sampling only
  double temperature = 1;  // sampling only
  std::uint64_t seed = 0;  // sampling only
  double repetition_penalty = 1;
  double length_penalty = 1;  // of beams
  std::string beam_scoring = "auto";

  // Throws UsageError for values that do not go together.
  void validate() const;
  // What was set but has no effect, one line each.
  std::vector<std::string> warnings() const;
};

}  // namespace blip
