#pragma once

#include <string>

#include "pipelines/searching/search_request.h"

namespace blip {

// For programs: an object a line. `explain` adds "parts", and a last line {"search": …} with counts and times.
std::string json_of_hits(const SearchRequest& request, const SearchResult& result, bool explain);

}  // namespace blip
