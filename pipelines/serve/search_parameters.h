#pragma once

#include <map>
#include <string>

#include "pipelines/searching/search_request.h"

namespace blip {

// A search as its address says it: q=TEXT, w=WEIGHT:TEXT, not=TEXT, words, like, path, video, from, to, since, until,
// min_duration, max_duration, min_score, cutoff, mode, order, rerank, by_video, explain, offset, limit.
struct SearchParameters {
  SearchRequest request;
  bool explain = false;
};

// Throws Error(kInvalidArgument) naming the parameter, its value and what would be right. Whether something is searched
// for at all is the Searcher's to say.
SearchParameters parse_search(const std::multimap<std::string, std::string>& parameters);

// A whole number from `least` to `most`; `absent` when the parameter is not there. Throws as above.
std::int64_t whole_number(const std::multimap<std::string, std::string>& parameters, const std::string& name,
                          std::int64_t least, std::int64_t most, std::int64_t absent);

// Throws as above unless all parameters are among these.
void check_names(const std::multimap<std::string, std::string>& parameters, std::initializer_list<const char*> known);

}  // namespace blip
