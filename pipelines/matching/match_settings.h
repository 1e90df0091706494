#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pipelines/options/gate_settings.h"
#include "pipelines/options/model_settings.h"
#include "pipelines/records/job_files.h"

namespace blip {

// What "gst-blip match" was asked to do. Defaults live here and nowhere else.
struct MatchSettings : JobFiles, GateSettings, ModelSettings {
  std::vector<std::string> texts;
  std::string queries_file;  // a text a line; empty = none
  bool scores = false;       // json: every analysed frame or window with its scores instead of spans

  double fps = 1;                       // pictures analysed a second of video; 0 = every frame
  double threshold = 0.5;               // probability from which on a text matches
  std::optional<double> threshold_off;  // below it a match ends; unset = 0.4, or threshold where that is lower
  int k = 0;                            // texts matched a picture, chosen by their ITC similarity; 0 = all
  std::string itm_token = "enc";        // first token of a text: "enc" as trained, "cls" as blip_itm.py
  int frames = 1;                       // pictures matched together
  std::optional<std::int64_t> window;   // nanoseconds; with it, at most `frames` of each window
  std::optional<std::int64_t> overlap;  // nanoseconds that a window shares with the one before

  double end_threshold() const;
  // Takes what follows the first of `files` as texts when no others are given. Throws UsageError when there are none.
  void take_texts();
  // Throws UsageError for values that do not go together.
  void validate() const;
};

}  // namespace blip
