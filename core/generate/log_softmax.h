#pragma once

#include <span>

namespace blip {

// Turns the logits of one row into log-probabilities: operator() is log_softmax for a logit of that row.
class LogNormaliser {
 public:
  // Throws Error(kFailed) if the row holds a NaN or +inf or nothing above -inf.
  explicit LogNormaliser(std::span<const float> logits);
  float operator()(float logit) const { return (logit - max_) - log_sum_; }

 private:
  float max_ = 0;
  float log_sum_ = 0;  // of exp(logit - max)
};

// Overwrites a row of logits by its log-probabilities; -inf stays -inf. Errors as above.
void log_softmax(std::span<float> row);

}  // namespace blip
