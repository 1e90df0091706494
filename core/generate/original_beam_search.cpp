#include "core/generate/original_beam_search.h"

#include <cstddef>
#include <utility>

namespace blip {

OriginalBeamSearch::OriginalBeamSearch(std::vector<std::int64_t> prompt, const GenerationOptions& options,
                                       std::int64_t sep, std::optional<std::vector<std::int64_t>> said_before)
    : BeamSearch(std::move(prompt), options, sep, TieOrder::kNewerFirst, std::move(said_before)) {}

std::int64_t OriginalBeamSearch::counted(std::int64_t length) const {
  return scoring() == BeamScoring::kLavis ? length - prompt_length() + 1 : length;
}

bool OriginalBeamSearch::close_step(std::span<const Candidate> candidates) {
  for (std::size_t rank = 0; rank < candidates.size(); ++rank) {
    if (candidates[rank].token == sep()) {
      if (rank < num_beams()) finish(candidates[rank], counted(length()));
    } else if (next_beams().size() < num_beams()) {
      go_on(candidates[rank]);
    }
  }
  const std::int64_t judged = counted(length()) + (scoring() == BeamScoring::kLavis ? 1 : 0);
  if (finished().full() &&
      (early_stopping() || finished().lowest_score() >= normalised(candidates.front().score, judged))) {
    return true;
  }
  if (!last_step() && !next_beams().empty()) return false;
  for (const Beam& beam : next_beams()) finish(beam, counted(length() + 1));
  return true;
}

}  // namespace blip
