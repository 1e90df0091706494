#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "core/engine/backend.h"
#include "core/engine/packed_backend/blip2/prefix.h"

namespace blip {

// The beginnings of sequences on the clips that begin with one frame, by clip and token ids. The least recently used go
// when they take more than `most_bytes`; those that others stand behind stay as long as these. Safe from any thread.
class PrefixStore {
 public:
  explicit PrefixStore(std::uint64_t most_bytes = kMostBytes) : most_bytes_(most_bytes) {}
  // A conversation of about 200 tokens with a language model of 2.7 billion weights.
  static constexpr std::uint64_t kMostBytes = std::uint64_t{128} << 20;

  struct Found {
    std::shared_ptr<const Prefix> prefix;  // null: none
    std::int64_t common_ids = 0;           // of its ids that `ids` begin with
  };
  // The one on this clip that has most ids in common; one with none in common is still there for the clip's soft
  // prompts.
  Found longest(const Clip& clip, std::span<const std::int64_t> ids);
  std::shared_ptr<const Prefix> exact(const Clip& clip, std::span<const std::int64_t> ids);  // or null
  void keep(const Clip& clip, std::span<const std::int64_t> ids, std::shared_ptr<const Prefix> prefix);

  std::uint64_t bytes() const;

 private:
  struct Entry {
    std::vector<std::weak_ptr<const ImageFeatures>> later_frames;
    std::vector<std::int64_t> ids;
    std::shared_ptr<const Prefix> prefix;
  };
  static bool is_on(const Entry& entry, const Clip& clip);

  mutable std::mutex mutex_;
  std::uint64_t most_bytes_, bytes_ = 0;
  std::list<Entry> entries_;  // most recently used first
};

}  // namespace blip
