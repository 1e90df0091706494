#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/generate/beam_search.h"

namespace blip {

// Beam search as in BeamSearchScorer of transformers 4: as BLIP ran it, on 4.15 (BeamScoring::kOriginal), and as LAVIS
// runs BLIP-2, on 4.33 (kLavis).
// Score of a finished beam: sum / L^p, L = its tokens with [DEC] and prompt, without the closing [SEP]. kLavis counts
// one token in the prompt's place, whatever its length: the prompt goes in as embeddings. So L is what was generated,
// the end included, and one more for a beam that max_length cuts off.
// Over when K beams are finished and the best candidate of the step, divided by the length before it (kLavis: with it),
// is not above the worst of them; at max_length the live beams count as finished.
class OriginalBeamSearch final : public BeamSearch {
 public:
  OriginalBeamSearch(std::vector<std::int64_t> prompt, const GenerationOptions& options, std::int64_t sep,
                     std::optional<std::vector<std::int64_t>> said_before = {});

 private:
  std::int64_t counted(std::int64_t length) const;
  bool close_step(std::span<const Candidate> candidates) override;
};

}  // namespace blip
