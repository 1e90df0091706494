#include "core/generate/original_beam_search.h"

#include <cstddef>
#include <utility>

namespace blip {

OriginalBeamSearch::OriginalBeamSearch(std::vector<std::int64_t> prompt, const GenerationOptions& options,
                                       std::int64_t sep)
    : BeamSearch(std::move(prompt), options, sep, TieOrder::kNewerFirst) {}

bool OriginalBeamSearch::close_step(std::span<const Candidate> candidates) {
  for (std::size_t rank = 0; rank < candidates.size(); ++rank) {
    if (candidates[rank].token == sep()) {
      if (rank < num_beams()) finish(candidates[rank], length());
    } else if (next_beams().size() < num_beams()) {
      go_on(candidates[rank]);
    }
  }
  if (finished().full() &&
      (early_stopping() || finished().lowest_score() >= normalised(candidates.front().score, length()))) {
    return true;
  }
  if (!last_step() && !next_beams().empty()) return false;
  for (const Beam& beam : next_beams()) finish(beam, length() + 1);
  return true;
}

}  // namespace blip
