#include "core/generate/transformers_beam_search.h"

#include <cstddef>
#include <utility>

namespace blip {

TransformersBeamSearch::TransformersBeamSearch(std::vector<std::int64_t> prompt, const GenerationOptions& options,
                                               std::int64_t sep, std::optional<std::vector<std::int64_t>> said_before)
    : BeamSearch(std::move(prompt), options, sep, TieOrder::kOlderFirst, std::move(said_before)) {}

bool TransformersBeamSearch::close_step(std::span<const Candidate> candidates) {
  const std::int64_t generated = length() + 1 - prompt_length();
  for (std::size_t rank = 0; rank < candidates.size(); ++rank) {
    if (last_step() || candidates[rank].token == sep()) {
      if (rank < num_beams()) finish(candidates[rank], generated);
    } else if (next_beams().size() < num_beams()) {
      go_on(candidates[rank]);
    }
  }
  if (next_beams().empty()) return true;
  return finished().full() &&
         (early_stopping() || normalised(next_beams().front().sum, generated) <= finished().lowest_score());
}

}  // namespace blip
