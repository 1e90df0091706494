#pragma once

#include <cstdint>
#include <memory>

#include "training/data/mixture.h"

namespace blip {

// This process's share of every global batch.
struct BatchShare {
  std::int64_t batch_size = 1;  // samples of all ranks together
  std::int64_t rank = 0;
  std::int64_t ranks = 1;
  bool drop_last = true;  // an epoch's last batch is left out when it is not full
  void validate() const;  // throws Error(kInvalidArgument)
};

// Which sample stands in which place of which batch: global batch k holds the same samples for any number of ranks,
// rank r its r-th slice. A function of its arguments alone, so any step can be continued from.
class BatchPlan {
 public:
  // Throws Error(kInvalidArgument) for a bad share, or when an epoch does not fill one batch.
  BatchPlan(std::shared_ptr<const Mixture> mixture, BatchShare share);

  const Mixture& mixture() const noexcept { return *mixture_; }
  std::int64_t steps_per_epoch() const noexcept { return steps_; }
  std::int64_t samples_at(std::int64_t step) const noexcept;  // of this rank
  // Attempt 0 is the sample meant for the place, further ones stand in for a broken one: those that stand one, two, …
  // global batches further on in the same epoch. Attempts below attempts() are different samples.
  Draw at(std::int64_t epoch, std::int64_t step, std::int64_t place, std::int64_t attempt) const;
  std::int64_t attempts() const noexcept;

 private:
  std::int64_t slice_begin(std::int64_t step, std::int64_t rank) const noexcept;  // position in the epoch

  std::shared_ptr<const Mixture> mixture_;
  BatchShare share_;
  std::int64_t steps_ = 0;
};

}  // namespace blip
