#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/generate/beam_search.h"

namespace blip {

// Beam search as BLIP ran it, on transformers 4.15 (BeamSearchScorer).
// Score of a finished beam: sum / L^p, L = its tokens with [DEC] and prompt, without the closing [SEP].
// Over when K beams are finished and the best candidate of the step, divided by the length before it, is not above the
// worst of them; at max_length the live beams count as finished.
class OriginalBeamSearch final : public BeamSearch {
 public:
  OriginalBeamSearch(std::vector<std::int64_t> prompt, const GenerationOptions& options, std::int64_t sep);

 private:
  bool close_step(std::span<const Candidate> candidates) override;
};

}  // namespace blip
