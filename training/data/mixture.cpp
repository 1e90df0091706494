#include "training/data/mixture.h"

#include <cmath>
#include <utility>

#include "core/base/error.h"
#include "training/data/random_stream.h"

namespace blip {
namespace {

constexpr std::int64_t kBlock = 256;  // draws within which the proportions hold
constexpr std::uint64_t kParts = 3;   // key of the random numbers

}  // namespace

Mixture::Mixture(std::vector<MixturePart> parts, OrderOptions options) : parts_(std::move(parts)), options_(options) {
  if (parts_.empty()) throw Error(ErrorKind::kInvalidArgument, "there is no data set to read; give at least one");
  for (std::size_t p = 0; p < parts_.size(); ++p) {
    const MixturePart& part = parts_[p];
    if (!std::isfinite(part.weight) || part.weight <= 0) {
      throw Error(ErrorKind::kInvalidArgument,
                  "data set '" + part.name + "' has weight " + std::to_string(part.weight) + "; must be above 0");
    }
    const auto share = std::llround(part.weight * static_cast<double>(part.dataset->size()));
    if (share < 1) {
      throw Error(ErrorKind::kInvalidArgument, "data set '" + part.name + "' has " +
                                                   std::to_string(part.dataset->size()) + " samples, of which weight " +
                                                   std::to_string(part.weight) + " takes none");
    }
    shares_.push_back(share);
    size_ += share;
    OrderOptions own = options_;
    own.seed += p;
    orders_.push_back(std::make_unique<SampleOrder>(part.dataset->shard_sizes(), own));
  }
  blocks_ = (size_ + kBlock - 1) / kBlock;
}

std::int64_t Mixture::draws_before(std::size_t p, std::int64_t b) const noexcept {
  const std::int64_t whole = shares_[p] / blocks_, rest = shares_[p] % blocks_;
  return b * whole + b * rest / blocks_;
}

std::int64_t Mixture::block_start(std::int64_t b) const noexcept {
  std::int64_t start = 0;
  for (std::size_t p = 0; p < shares_.size(); ++p) start += draws_before(p, b);
  return start;
}

Draw Mixture::at(std::int64_t epoch, std::int64_t position) const {
  std::int64_t block = 0;
  for (std::int64_t end = blocks_; end - block > 1;) {
    const std::int64_t middle = (block + end) / 2;
    (block_start(middle) <= position ? block : end) = middle;
  }
  // Drawing without replacement what the block holds of each part, up to the position.
  std::vector<std::int64_t> left, drawn(parts_.size());
  for (std::size_t p = 0; p < parts_.size(); ++p) left.push_back(draws_before(p, block + 1) - draws_before(p, block));
  RandomStream random{{options_.seed, static_cast<std::uint64_t>(epoch), kParts, static_cast<std::uint64_t>(block)}};
  std::size_t part = 0;
  const std::int64_t start = block_start(block), end = block_start(block + 1);
  for (std::int64_t at = start; at <= position; ++at) {
    std::int64_t ticket = options_.shuffle ? random.below(end - at) : 0;
    for (part = 0; ticket >= left[part]; ++part) ticket -= left[part];
    --left[part];
    ++drawn[part];
  }
  const std::int64_t count = epoch * shares_[part] + draws_before(part, block) + drawn[part] - 1;
  const std::int64_t samples = parts_[part].dataset->size();
  Draw draw;
  draw.part = part;
  draw.epoch = count / samples;
  draw.index = orders_[part]->at(draw.epoch, count % samples);
  return draw;
}

}  // namespace blip
