#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <unordered_map>

#include "core/engine/backend.h"
#include "core/engine/pixel_hash.h"

namespace blip {

struct FeatureKey {
  std::string model;  // ServedModel::features_key
  PixelHash pixels;
  auto operator<=>(const FeatureKey&) const = default;
};

// Features by the pixels they were made from, and the memory they take together with what heads derive from them (keys
// and values of cross-attention), within one budget. Over it, what was derived from the least recently used goes first,
// then the least recently used features. Features that somebody holds live on with him, are still found here, and what
// is derived from them still counts. Safe from any thread.
class FeatureCache {
 public:
  explicit FeatureCache(std::uint64_t budget_bytes) : budget_(budget_bytes) {}

  // Null when there are none. They are the most recently used then.
  std::shared_ptr<const ImageFeatures> find(const FeatureKey& key);
  // Takes features in, and returns what the key stands for: those already there if somebody was faster.
  std::shared_ptr<const ImageFeatures> add(const FeatureKey& key, std::shared_ptr<const ImageFeatures> features);
  // These have just been used: the most recent now, and what they keep is measured again. Others' are ignored.
  void used(std::span<const std::shared_ptr<const ImageFeatures>> frames);

  void set_budget(std::uint64_t bytes);
  std::uint64_t bytes() const;   // that count against the budget
  std::size_t features() const;  // kept by the cache itself

  // While a lease on a features_key lives its features stay; with the last of them they go. The cache must outlive it.
  std::shared_ptr<void> lease(const std::string& model);

 private:
  struct Entry {
    FeatureKey key;
    std::weak_ptr<const ImageFeatures> features;
    std::shared_ptr<const ImageFeatures> kept;  // null: lives only as long as somebody else holds it
    const ImageFeatures* address = nullptr;
    std::uint64_t own_bytes = 0, derived_bytes = 0;
    std::list<Entry*>::iterator derived_at;  // valid while derived_bytes > 0
  };
  using Place = std::list<Entry>::iterator;
  using Released = std::list<std::shared_ptr<const ImageFeatures>>;  // freed when the lock is given back

  void keep(Place place, std::shared_ptr<const ImageFeatures> features);
  void release(Place place, Released& released);
  void measure(Entry& entry, const ImageFeatures& features);
  void forget_derived(Entry& entry);
  void sweep();
  void trim(Released& released);
  void end_lease(const std::string& model);

  mutable std::mutex mutex_;
  std::uint64_t budget_;
  std::uint64_t total_ = 0;
  std::list<Entry> kept_, released_;  // most recently used first
  std::list<Entry*> derived_;         // those with something derived, most recently used first
  std::map<FeatureKey, Place> by_key_;
  std::unordered_map<const ImageFeatures*, Place> by_address_;
  std::map<std::string, int> leases_;
};

}  // namespace blip
