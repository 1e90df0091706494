#pragma once

#include <atomic>
#include <cstdint>

#include "core/engine/packed_backend/blip2/blip2_features.h"
#include "core/engine/packed_backend/blip2/packed_opt.h"
#include "core/engine/packed_backend/blip2/packed_t5.h"
#include "core/generate/decoder_step.h"

namespace blip {

// Tokens of beginnings of sequences, soft prompts among them, since the model was loaded.
struct PrefillCounters {
  std::atomic<std::uint64_t> made{0};    // run through the language model
  std::atomic<std::uint64_t> shared{0};  // taken over from an earlier sequence
};

// The soft prompts of a clip's frames side by side.
class SoftPrompts {
 public:
  SoftPrompts(WeightStore& weights, std::uint64_t model)
      : projection_(weights.linear("language_projection", Precision::kFloat32)), model_(model) {}

  std::int64_t count(const Clip& clip) const;
  void write(Workspace& workspace, const Clip& clip, float* x) const;  // [count, L]
  std::shared_ptr<PrefixStore> prefixes(const Clip& clip) const;       // of the sequences on it

 private:
  LinearPtr projection_;
  std::uint64_t model_;
};

// OPT reads soft prompts and prompt as the beginning of its own text. What an earlier sequence on the clip has made of
// as much as they have in common is taken over.
DecodeStart start_opt(Workspace& workspace, const PackedOpt& opt, const SoftPrompts& soft_prompts,
                      const DecodeInput& input, PrefillCounters& counters);

// T5 reads them in its encoder, where every token sees all others: an earlier sequence must have had the same prompt.
DecodeStart start_t5(Workspace& workspace, const PackedT5& t5, const SoftPrompts& soft_prompts,
                     const DecodeInput& input, PrefillCounters& counters);

}  // namespace blip
