#pragma once

#include <cstddef>
#include <limits>
#include <vector>

#include "core/index/vectors/vector_hit.h"

namespace blip {

// The order of results: higher scores first, equal ones by segment.
inline bool is_better(const VectorHit& a, const VectorHit& b) {
  return a.score != b.score ? a.score > b.score : a.segment < b.segment;
}

// The `count` best of all hits that are offered, in whatever order they come. Takes memory for twice as many at most.
class TopHits {
 public:
  explicit TopHits(std::size_t count);

  // What scores less than this, or is no number, need not be offered.
  float floor() const { return floor_; }
  void offer(const VectorHit& hit);
  std::vector<VectorHit> take();  // best first; leaves nothing

 private:
  void shrink();

  std::size_t count_, most_;
  float floor_ = -std::numeric_limits<float>::infinity();
  std::vector<VectorHit> hits_;
};

}  // namespace blip
