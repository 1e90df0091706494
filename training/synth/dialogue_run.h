#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

namespace blip::synth {

struct DialogueOptions {
  std::filesystem::path world;     // a data set of run_synth()
  std::filesystem::path output;    // must not exist, or be an empty directory
  std::int64_t texts = 200'000;    // for the language model
  std::int64_t val_texts = 2000;   // for choosing its best checkpoint
  std::int64_t pictures = 40'000;  // of the world's training stills, in their order; all, if it has fewer
  std::int64_t val_pictures = 1000;
  std::int64_t dialogues = 4;  // a picture
  std::uint64_t seed = 1;
  void validate() const;  // throws Error(kInvalidArgument) naming the option, its value and its range
};

// Items that are written, of all.
using DialogueProgress = std::function<void(std::int64_t done, std::int64_t all)>;

// Descriptions and conversations for BLIP-2, as JSON lines (dialogue_texts.h):
//   texts.jsonl, val-texts.jsonl   {"text"} or {"prompt", "text"}: of scenes that nobody has drawn (language_sample())
//   answers.jsonl                  the same, almost only answers (answer_sample()), as many as texts
//   train.jsonl, val.jsonl         {"image", "prompt", "text"}: of the world's stills; "image" from OUT on
//   train-captions.json, val-captions.json   [{"image", "caption": […]}, …]: the world's captions of those stills
//   pictures/{train,val}/KEY.jpg   those stills
// OUT appears when it is complete. Equal options and an equal world give equal bytes. Throws Error.
void run_dialogues(const DialogueOptions& options, const DialogueProgress& progress = {});

}  // namespace blip::synth
