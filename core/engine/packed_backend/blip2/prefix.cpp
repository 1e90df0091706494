#include "core/engine/packed_backend/blip2/prefix.h"

#include <algorithm>
#include <utility>

namespace blip {

Prefix::Prefix(std::int64_t layers, std::int64_t tokens, std::int64_t width)
    : layers_(layers),
      own_(tokens),
      width_(width),
      values_(new float[static_cast<std::size_t>(layers * tokens * 2 * width)]) {}

std::uint64_t Prefix::bytes() const {
  return static_cast<std::uint64_t>(layers_ * own_ * 2 * width_) * sizeof(float);
}

// One that stands behind others itself is left out where its own tokens are not needed.
void Prefix::stand_behind(std::shared_ptr<const Prefix> before, std::int64_t tokens) {
  while (before && tokens <= before->before_tokens_) before = before->before_;
  before_ = std::move(before);
  before_tokens_ = tokens;
}

void Prefix::gather(std::int64_t layer, std::int64_t count, const float** rows) const {
  const std::int64_t earlier = std::min(count, before_tokens_);
  if (earlier > 0) before_->gather(layer, earlier, rows);
  const float* own = values_.get() + layer * own_ * 2 * width_;
  for (std::int64_t t = before_tokens_; t < count; ++t) rows[t] = own + (t - before_tokens_) * 2 * width_;
}

}  // namespace blip
