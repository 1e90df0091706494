#include "training/data/batch_plan.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "core/base/error.h"

namespace blip {
namespace {

constexpr std::int64_t kMostAttempts = 64;  // so many broken ones in a row are no accident

}  // namespace

void BatchShare::validate() const {
  const auto fail = [](const std::string& what) { throw Error(ErrorKind::kInvalidArgument, what); };
  if (batch_size < 1) fail("batch size is " + std::to_string(batch_size) + "; must be at least 1");
  if (ranks < 1 || rank < 0 || rank >= ranks)
    fail("rank " + std::to_string(rank) + " of " + std::to_string(ranks) + " does not exist");
  if (drop_last && batch_size % ranks != 0) {
    fail("batch size " + std::to_string(batch_size) + " cannot be shared evenly by " + std::to_string(ranks) +
         " processes");
  }
}

BatchPlan::BatchPlan(std::shared_ptr<const Mixture> mixture, BatchShare share)
    : mixture_(std::move(mixture)), share_(share) {
  share_.validate();
  const std::int64_t whole = mixture_->size() / share_.batch_size;
  steps_ = share_.drop_last || mixture_->size() % share_.batch_size == 0 ? whole : whole + 1;
  if (steps_ < 1) {
    throw Error(ErrorKind::kInvalidArgument, "an epoch of " + std::to_string(mixture_->size()) +
                                                 " samples does not fill a batch of " +
                                                 std::to_string(share_.batch_size));
  }
}

std::int64_t BatchPlan::slice_begin(std::int64_t step, std::int64_t rank) const noexcept {
  const std::int64_t begin = step * share_.batch_size;
  const std::int64_t count = std::min(share_.batch_size, mixture_->size() - begin);
  return begin + rank * count / share_.ranks;
}

std::int64_t BatchPlan::samples_at(std::int64_t step) const noexcept {
  return slice_begin(step, share_.rank + 1) - slice_begin(step, share_.rank);
}

Draw BatchPlan::at(std::int64_t epoch, std::int64_t step, std::int64_t place, std::int64_t attempt) const {
  const std::int64_t size = mixture_->size();
  // Steps of a batch come back to where they began after `lap` of them; then the neighbour is taken.
  const std::int64_t lap = size / std::gcd(size, share_.batch_size);
  const std::int64_t ahead = attempt * share_.batch_size + attempt / lap;
  return mixture_->at(epoch, (slice_begin(step, share_.rank) + place + ahead) % size);
}

std::int64_t BatchPlan::attempts() const noexcept {
  return std::min(kMostAttempts, mixture_->size());
}

}  // namespace blip
