#include "core/generate/generated_sequence.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace blip {

double confidence(std::span<const float> token_logprobs) {
  if (token_logprobs.empty()) return 0;
  const double sum = std::accumulate(token_logprobs.begin(), token_logprobs.end(), 0.0);
  return std::min(1.0, std::exp(sum / static_cast<double>(token_logprobs.size())));
}

}  // namespace blip
