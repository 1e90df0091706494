#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/tasks/task_types.h"
#include "pipelines/options/model_settings.h"

namespace blip {

// What "gst-blip chat" was asked to do. Defaults live here and nowhere else; those of the search are LAVIS's for
// BLIP-2.
struct ChatSettings : ModelSettings {
  std::string file;    // a video or a picture
  std::string script;  // --script: a file of lines to say; empty = stdin
  std::string format;  // "text" or "json"; empty = text
  bool auto_orient = false;

  int frames = 1;                        // pictures of the clip that are looked at, in the middles of equal parts
  std::optional<std::int64_t> from, to;  // nanoseconds: the part of the video that is talked about
  std::optional<std::int64_t> at;        // nanoseconds: the one moment that is

  std::string prompt;  // what a question is put into in the place of {}; empty = the model's own
  int turns = 16;      // newest questions and answers that the model is told
  int num_beams = 5;   // 1 = greedy
  int min_length = 1;  // tokens of an answer
  int max_length = 30;
  double length_penalty = 1;  // of beams
  double top_p = 0;           // 0 = search; above = nucleus sampling
  std::uint64_t seed = 0;     // sampling only

  AnswerOptions answer_options() const;
  // Throws UsageError for values that do not go together.
  void validate() const;
};

}  // namespace blip
