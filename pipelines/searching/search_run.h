#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "pipelines/searching/candidate_source.h"
#include "pipelines/searching/hit_merging.h"
#include "pipelines/searching/judged_blocks.h"
#include "pipelines/searching/search_plan.h"
#include "pipelines/searching/search_request.h"
#include "pipelines/searching/segment_judge.h"
#include "pipelines/searching/video_candidates.h"

namespace blip {

// One search: candidates, judged block by block, put together until the page is full.
class SearchRun {
 public:
  // All must outlive this. `vectors` is null when nothing is scanned.
  SearchRun(const SearchRequest& request, const SearchPlan& plan, const IndexReader& index, const VectorIndex* vectors,
            SearchModel& model, SegmentFeatures& features);

  SearchResult run();

 private:
  std::vector<JudgedThing> candidates(std::size_t begin, std::size_t end);
  std::vector<JudgedThing> segment_things(const std::vector<Candidate>& candidates);
  std::vector<Judged> judge(std::size_t begin, std::size_t end);
  void take_blocks(JudgedBlocks& blocks, std::size_t wanted);
  std::vector<std::size_t> ordered_results() const;
  SearchHit hit_of(std::size_t result);
  void fill_segment_hit(SearchHit& hit, const HitSpan& span) const;
  void fill_video_hit(SearchHit& hit, std::size_t thing) const;

  const SearchRequest& request_;
  const SearchPlan& plan_;
  const IndexReader& index_;
  CandidateSource source_;
  VideoCandidates videos_;
  SegmentJudge judge_;
  std::unordered_map<std::size_t, JudgedThing> things_;  // those that passed, by their place among the candidates
  std::vector<std::size_t> passed_;                      // places, in the order of results before they are merged
  HitSpans spans_;
  SearchResult result_;
  bool more_ = false;
};

}  // namespace blip
