#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/index/index_reader.h"
#include "core/index/search_filter.h"
#include "core/index/vectors/vector_index.h"
#include "pipelines/searching/candidate_fusion.h"

namespace blip {

// What candidates are looked for with. At least one of `vector` and `words`.
struct CandidateQuery {
  std::vector<float> vector;    // [E], empty: no scan
  std::string words;            // FTS5; empty: none
  bool words_required = false;  // only segments that hold them
  RowFilter filter;
  std::optional<SegmentId> excluded;
};

// How long the parts took, milliseconds.
struct CandidateTimes {
  double scan = 0, words = 0;
};

// The candidates of a search, found as far as they are asked for: the scan's and the words', fused.
class CandidateSource {
 public:
  // All must outlive this. `vectors` null: no scan.
  CandidateSource(const IndexReader& index, const VectorIndex* vectors, CandidateQuery query);

  // The candidates [begin, end) of the fused order; fewer at its end.
  std::vector<Candidate> get(std::size_t begin, std::size_t end);
  const CandidateTimes& times() const { return times_; }
  std::int64_t words_found() const { return words_found_; }

 private:
  void look_further();
  std::vector<WordHit> word_hits(std::size_t count);
  std::vector<VectorHit> scan(std::size_t count, const std::vector<WordHit>& words);

  const IndexReader& index_;
  const VectorIndex* vectors_;
  CandidateQuery query_;
  std::size_t tiers_ = 0;
  bool exhausted_ = false;
  std::vector<Candidate> candidates_;
  CandidateTimes times_;
  std::int64_t words_found_ = 0;
};

}  // namespace blip
