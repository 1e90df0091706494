#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/index/index_reader.h"
#include "pipelines/searching/calibration.h"
#include "pipelines/searching/candidate_source.h"
#include "pipelines/searching/caption_words.h"
#include "pipelines/searching/search_model.h"
#include "pipelines/searching/search_request.h"

namespace blip {

// A text of a search with its place in the space of embeddings.
struct SearchTerm {
  std::string text;
  double weight = 1;
  std::vector<float> embedding;  // [E]
};

// A request, made ready: what to look for candidates with, and what judges them.
struct SearchPlan {
  CandidateQuery query;
  std::vector<SearchTerm> terms;
  bool single = false;              // the scan's similarity is that of the one term
  bool judged = false;              // by ITM
  double cutoff = 0;                // least match probability of what is judged
  CaptionWords caption_words;       // by which a segment below it is a result all the same
  std::optional<MatchScale> scale;  // of match probabilities; none: ITM's own
  std::vector<std::string> warnings;
};

// Whether a request needs the model at all.
bool needs_model(const SearchRequest& request);

// Throws Error(kInvalidArgument) for a request that asks for nothing or for values that are not allowed.
void check_request(const SearchRequest& request);

// Throws as check_request(), for a segment that is not there, and what SearchModel throws. `calibration` may be null.
// The model is ready when it is needed.
SearchPlan plan_search(const SearchRequest& request, const IndexReader& index, SearchModel& model,
                       const SearchCalibration* calibration);

}  // namespace blip
