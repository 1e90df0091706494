#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/generate/options.h"

namespace blip {

// How texts are written and judged. Defaults are the paper's (arXiv 2201.12086, section 3.3) where it states them.
struct CapFiltOptions {
  GenerationOptions generation;       // of the captioner; its seed and num_return are not used
  std::optional<std::string> prompt;  // none = "a picture of " for a captioner, none for a pre-training checkpoint
  std::int64_t captions = 1;          // synthetic texts a picture, at least 1
  double threshold = 0.5;             // a text is kept from this ITM probability on; 0 … 1
  std::uint64_t seed = 0;             // of sampling, together with the picture's key
  std::int64_t batch_size = 16;       // pictures that go through the models together

  void validate() const;  // throws Error(kInvalidArgument) naming the field, its value and its range
};

// The original's sampling: top-p 0.9 of the 50 likeliest, repetition penalty 1.1 (models/blip.py), 5 to 20 tokens.
GenerationOptions nucleus_decoding();
// Its beam search: 3 beams, 5 to 20 tokens.
GenerationOptions beam_decoding();

}  // namespace blip
