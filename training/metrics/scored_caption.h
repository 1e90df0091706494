#pragma once

#include <string>
#include <vector>

namespace blip {

// A generated caption and its references, words separated by white space (Unicode's): what a tokenizer has made of
// them. Case and marks are as they are.
struct ScoredCaption {
  std::string candidate;
  std::vector<std::string> references;  // at least one
};

// A metric over a whole set, and for each of its captions.
struct MetricScore {
  double corpus = 0;
  std::vector<double> each;
};

}  // namespace blip
