#include "core/index/vectors/top_hits.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace blip {
namespace {

constexpr std::size_t kFewest = 256;

}  // namespace

TopHits::TopHits(std::size_t count)
    : count_(count),
      most_(count > std::numeric_limits<std::size_t>::max() / 2 ? count : std::max(2 * count, kFewest)) {}

void TopHits::offer(const VectorHit& hit) {
  if (count_ == 0 || std::isnan(hit.score) || hit.score < floor_) return;
  hits_.push_back(hit);
  if (hits_.size() >= most_) shrink();
}

void TopHits::shrink() {
  const auto last = hits_.begin() + static_cast<std::ptrdiff_t>(count_ - 1);
  std::nth_element(hits_.begin(), last, hits_.end(), is_better);
  hits_.resize(count_);
  floor_ = hits_.back().score;
}

std::vector<VectorHit> TopHits::take() {
  if (hits_.size() > count_) shrink();
  std::sort(hits_.begin(), hits_.end(), is_better);
  floor_ = -std::numeric_limits<float>::infinity();
  return std::exchange(hits_, {});
}

}  // namespace blip
