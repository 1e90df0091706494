#pragma once

#include <cstddef>
#include <vector>

#include "core/generate/generated_sequence.h"

namespace blip {

// Which of two finished beams with exactly the same score ranks first.
enum class TieOrder { kOlderFirst, kNewerFirst };

// The best finished beams of one search, at most `capacity`.
class FinishedBeams {
 public:
  FinishedBeams(std::size_t capacity, TieOrder ties) : capacity_(capacity), ties_(ties) {}

  // Takes the beam in if there is room or if its score is above the lowest held, which then leaves.
  void add(GeneratedSequence beam);

  bool full() const { return beams_.size() >= capacity_; }
  double lowest_score() const;                                         // undefined while empty
  std::vector<GeneratedSequence> best_first(std::size_t count) const;  // at most `count`

 private:
  std::size_t capacity_;
  TieOrder ties_;
  std::vector<GeneratedSequence> beams_;  // best first
};

}  // namespace blip
