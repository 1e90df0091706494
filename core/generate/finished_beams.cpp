#include "core/generate/finished_beams.h"

#include <algorithm>
#include <utility>

namespace blip {

void FinishedBeams::add(GeneratedSequence beam) {
  if (full() && beam.score <= lowest_score()) return;
  const auto ranks_behind = [&](const GeneratedSequence& held) {
    return ties_ == TieOrder::kOlderFirst ? held.score < beam.score : held.score <= beam.score;
  };
  beams_.insert(std::find_if(beams_.begin(), beams_.end(), ranks_behind), std::move(beam));
  if (beams_.size() > capacity_) beams_.pop_back();
}

double FinishedBeams::lowest_score() const {
  return beams_.back().score;
}

std::vector<GeneratedSequence> FinishedBeams::best_first(std::size_t count) const {
  return {beams_.begin(), beams_.begin() + static_cast<std::ptrdiff_t>(std::min(count, beams_.size()))};
}

}  // namespace blip
