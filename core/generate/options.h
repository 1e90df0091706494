#pragma once

#include <cstdint>

namespace blip {

// By what a finished beam's summed log-probability is divided (to the power of length_penalty), and when a search ends.
enum class BeamScoring {
  kAuto,          // by the checkpoint: original for .pth, transformers for Hugging Face directories
  kOriginal,      // BLIP on transformers 4.15: the whole length, prompt and [DEC] included, closing [SEP] not
  kTransformers,  // transformers 5: the generated tokens, closing [SEP] included
  kLavis,         // BLIP-2 on transformers 4.33: as transformers 5, but one more for beams that max_length cuts off
};

inline constexpr std::int64_t kMaxBeams = 64;

// Defaults are those of BLIP's captioning (configs/nocaps.yaml). Lengths count the prompt in a search; in the tasks
// those of a language model count what is generated alone (core/tasks/task_types.h).
struct GenerationOptions {
  std::int64_t num_beams = 3;       // 1 = greedy, unless sample; at most kMaxBeams
  std::int64_t min_length = 5;      // tokens, prompt included: [SEP] is barred before
  std::int64_t max_length = 20;     // tokens, prompt and [SEP] included; longer than the prompt
  double length_penalty = 1.0;      // exponent of the length that divides a beam's score
  double repetition_penalty = 1.0;  // above 1 discourages tokens already there, prompt included (arXiv 1909.05858)
  bool early_stopping = false;      // beams: end once num_beams are finished, even if better ones could come
  std::int64_t num_return = 1;      // best sequences to return, at most num_beams; when sampling: independent samples
  bool sample = false;              // nucleus sampling (arXiv 1904.09751) instead of a search; num_beams is not used
  double top_p = 0.9;               // in (0, 1]; 1 = off; 0 only when nothing is sampled
  std::int64_t top_k = 50;          // 0 = off
  double temperature = 1.0;         // above 0; divides the logits when sampling
  std::uint64_t seed = 0;           // of sampling: the same seed gives the same text
  BeamScoring beam_scoring = BeamScoring::kAuto;

  void validate() const;  // throws Error(kInvalidArgument) naming the field, its value and its range
};

}  // namespace blip
