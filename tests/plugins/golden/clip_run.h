#pragma once

#include <gst/gst.h>

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace blip::test {

// What is to be asked about one frame, by its number in display order: events sent just before it.
struct FrameRequest {
  std::string queries;   // blip/set-queries, if not empty
  std::string question;  // blip/set-question, if not empty
};

// Plays `clip` through `elements`, the first of which is named "e" and has trigger=event, and lets it analyse the
// frames in `requests` only. Returns the JSON records of the text pad of the element named "t", in order. Throws
// std::runtime_error when the pipeline fails.
std::vector<nlohmann::json> run_clip(const std::string& clip, const std::string& elements,
                                     const std::map<std::uint64_t, FrameRequest>& requests);

}  // namespace blip::test
