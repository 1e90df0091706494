#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace blip {

struct OrderOptions {
  std::uint64_t seed = 0;
  bool shuffle = true;
  std::int64_t window_shards = 16;  // shards whose samples are mixed with each other; at least 1
  // Samples of a shard that stay next to each other, counted from its begin: pairs that differ in one thing, for
  // example, so that they meet in a batch. At least 1.
  std::int64_t together = 1;
};

// The order in which the samples of one data set are read, a function of (seed, epoch) alone: shards are shuffled, then
// the samples of each run of `window_shards` shards. A data set of one shard is shuffled as a whole. Any position can
// be asked for at once: nothing is read and nothing depends on earlier calls. Safe to share.
class SampleOrder {
 public:
  // Throws Error(kInvalidArgument) without samples or for a window below 1.
  SampleOrder(std::vector<std::int64_t> shard_sizes, OrderOptions options);

  std::int64_t size() const noexcept { return size_; }
  // The index of the sample at `position` [0, size) of `epoch`.
  std::int64_t at(std::int64_t epoch, std::int64_t position) const;

 private:
  struct Window;  // one run of shards of one epoch, its samples shuffled

  std::shared_ptr<const Window> window(std::int64_t epoch, std::int64_t position) const;
  std::shared_ptr<const Window> make_window(std::int64_t epoch, std::int64_t position) const;

  std::vector<std::int64_t> sizes_, starts_;
  OrderOptions options_;
  std::int64_t size_ = 0;
  mutable std::mutex mutex_;
  mutable std::vector<std::shared_ptr<const Window>> recent_;  // newest last
};

}  // namespace blip
