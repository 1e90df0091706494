#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/index/index_reader.h"
#include "core/index/vectors/vector_index.h"

namespace blip {

// A segment that may be what is looked for.
struct Candidate {
  SegmentId segment = 0;
  std::optional<double> similarity;  // of the scan
  std::int64_t similarity_rank = 0;  // from 1; 0 = not among those of the scan
  std::optional<double> words;
  std::int64_t words_rank = 0;
};

// The candidates of both lists, each once, in the order in which they are worth looking at: reciprocal rank fusion, the
// sum of 1 / (60 + rank) over the lists that hold it (Cormack et al., 2009). The lists are fused `depth` ranks at a
// time, so that longer lists only add candidates behind those of shorter ones: pages stay what they are. Equal sums by
// similarity's rank, then by id.
std::vector<Candidate> fused_candidates(std::span<const VectorHit> scan, std::span<const WordHit> words,
                                        std::size_t depth);

}  // namespace blip
