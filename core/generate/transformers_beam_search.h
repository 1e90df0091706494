#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/generate/beam_search.h"

namespace blip {

// Beam search as in transformers 5 (GenerationMixin._beam_search).
// Score of a finished beam: sum / L^p, L = its generated tokens: without [DEC] and prompt, with the closing [SEP].
// Over when K beams are finished and the best live beam, divided by its own L^p, is not above the worst of them; at
// max_length the first K candidates count as finished, closed or not.
class TransformersBeamSearch final : public BeamSearch {
 public:
  TransformersBeamSearch(std::vector<std::int64_t> prompt, const GenerationOptions& options, std::int64_t sep,
                         std::optional<std::vector<std::int64_t>> said_before = {});

 private:
  bool close_step(std::span<const Candidate> candidates) override;
};

}  // namespace blip
