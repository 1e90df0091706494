#include "training/data/sample_order.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "core/base/error.h"
#include "training/data/random_stream.h"

namespace blip {
namespace {

// Keys of the random numbers: shards and the windows' samples are shuffled independently.
constexpr std::uint64_t kShards = 1, kSamples = 2;
constexpr std::size_t kWindowsKept = 3;  // prefetching looks across the end of a window, or of an epoch

template <class T>
void shuffle(std::vector<T>& items, RandomStream random) {
  for (std::size_t i = items.size(); i > 1; --i)
    std::swap(items[i - 1], items[static_cast<std::size_t>(random.below(static_cast<std::int64_t>(i)))]);
}

std::uint64_t key(std::int64_t value) {
  return static_cast<std::uint64_t>(value);
}

}  // namespace

struct SampleOrder::Window {
  std::int64_t epoch = 0, begin = 0;
  std::vector<std::int64_t> samples;

  bool holds(std::int64_t wanted_epoch, std::int64_t position) const {
    return epoch == wanted_epoch && begin <= position && position < begin + static_cast<std::int64_t>(samples.size());
  }
};

SampleOrder::SampleOrder(std::vector<std::int64_t> shard_sizes, OrderOptions options)
    : sizes_(std::move(shard_sizes)), options_(options) {
  for (const std::int64_t size : sizes_) {
    starts_.push_back(size_);
    size_ += size;
  }
  if (size_ < 1) throw Error(ErrorKind::kInvalidArgument, "an order needs at least one sample");
  if (options_.window_shards < 1) {
    throw Error(ErrorKind::kInvalidArgument,
                "window_shards is " + std::to_string(options_.window_shards) + "; must be at least 1");
  }
  if (options_.together < 1) {
    throw Error(ErrorKind::kInvalidArgument,
                "together is " + std::to_string(options_.together) + "; must be at least 1");
  }
}

std::int64_t SampleOrder::at(std::int64_t epoch, std::int64_t position) const {
  if (!options_.shuffle) return position;
  const auto held = window(epoch, position);
  return held->samples[static_cast<std::size_t>(position - held->begin)];
}

std::shared_ptr<const SampleOrder::Window> SampleOrder::window(std::int64_t epoch, std::int64_t position) const {
  const std::lock_guard lock(mutex_);
  for (const auto& held : recent_)
    if (held->holds(epoch, position)) return held;
  if (recent_.size() == kWindowsKept) recent_.erase(recent_.begin());
  return recent_.emplace_back(make_window(epoch, position));
}

std::shared_ptr<const SampleOrder::Window> SampleOrder::make_window(std::int64_t epoch, std::int64_t position) const {
  std::vector<std::size_t> shards(sizes_.size());
  std::iota(shards.begin(), shards.end(), std::size_t{0});
  shuffle(shards, RandomStream{{options_.seed, key(epoch), kShards}});

  auto result = std::make_shared<Window>();
  result->epoch = epoch;
  const auto width = static_cast<std::size_t>(options_.window_shards);
  for (std::size_t first = 0; first < shards.size(); first += width) {
    const std::size_t last = std::min(first + width, shards.size());
    std::int64_t count = 0;
    for (std::size_t i = first; i < last; ++i) count += sizes_[shards[i]];
    if (position >= result->begin + count) {
      result->begin += count;
      continue;
    }
    struct Run {
      std::int64_t begin = 0, end = 0;
    };
    std::vector<Run> runs;
    for (std::size_t i = first; i < last; ++i) {
      const std::int64_t end = starts_[shards[i]] + sizes_[shards[i]];
      for (std::int64_t k = starts_[shards[i]]; k < end; k += options_.together)
        runs.push_back({k, std::min(k + options_.together, end)});
    }
    shuffle(runs, RandomStream{{options_.seed, key(epoch), kSamples, first}});
    result->samples.reserve(static_cast<std::size_t>(count));
    for (const Run& run : runs)
      for (std::int64_t k = run.begin; k < run.end; ++k) result->samples.push_back(k);
    break;
  }
  return result;
}

}  // namespace blip
