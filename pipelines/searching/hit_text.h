#pragma once

#include <filesystem>
#include <string>

#include "pipelines/searching/search_request.h"

namespace blip {

// For people: a line a result, "12  94 %  0:02.0 - 0:04.1  clips/talk.mp4  a red circle", in columns. Paths in `folder`
// are told without it. `explain` adds where each score comes from, and at the end the times of the parts.
std::string text_of_hits(const SearchRequest& request, const SearchResult& result, const std::filesystem::path& folder,
                         bool explain);

// Why nothing was found and what to try, one line; empty when something was.
std::string why_nothing(const SearchRequest& request, const SearchResult& result);

// "94 %", "0.4 %".
std::string percent_text(double probability);

}  // namespace blip
