#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/engine/loaded_model.h"
#include "training/eval/figures.h"
#include "training/eval/synth_set.h"

namespace blip {

struct SynthScoreOptions {
  std::string prompt = "a picture of ";  // what captions begin with: what the model was trained with
  std::size_t k = 16;                    // candidates that ITM ranks again
  std::size_t frames = 128;              // of text-image retrieval
  std::size_t videos = 100;              // most clips of text-video retrieval
  std::size_t turns = 7;                 // of a conversation
  std::function<void(const std::string& what)> progress = [](const std::string&) {};
};

// Measures all that the model's layout can do: captions, matching, retrieval, questions, conversations.
Figures score_on_synth(LoadedModel& model, const SynthSet& set, const SynthScoreOptions& options = {});

// Pictures for text-image retrieval and the caption to look for each: taken in order (shots, then stills) as long as
// the caption is surely false of every other picture taken, and the others' captions of it. At most `count`.
struct DistinctPicture {
  const SynthPicture* picture = nullptr;
  std::string text;
};
std::vector<DistinctPicture> choose_distinct(const SynthSet& set, std::size_t count);

}  // namespace blip
