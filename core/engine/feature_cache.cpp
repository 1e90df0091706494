#include "core/engine/feature_cache.h"

#include <iterator>
#include <utility>

namespace blip {

std::shared_ptr<const ImageFeatures> FeatureCache::find(const FeatureKey& key) {
  Released released;
  const std::lock_guard lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  auto features = found->second->features.lock();
  if (features == nullptr) return nullptr;
  keep(found->second, features);
  trim(released);
  return features;
}

std::shared_ptr<const ImageFeatures> FeatureCache::add(const FeatureKey& key,
                                                       std::shared_ptr<const ImageFeatures> features) {
  Released released;
  const std::lock_guard lock(mutex_);
  sweep();  // an address that is used again must not be found under its former owner
  if (const auto found = by_key_.find(key); found != by_key_.end()) {
    if (auto present = found->second->features.lock()) {
      keep(found->second, present);
      return present;
    }
  }
  if (by_address_.contains(features.get())) return features;
  released_.push_front({key, features, nullptr, features.get(), features->bytes(), 0, {}});
  const Place place = released_.begin();
  by_key_[key] = place;
  by_address_[features.get()] = place;
  keep(place, features);
  measure(*place, *features);
  trim(released);
  return features;
}

void FeatureCache::used(std::span<const std::shared_ptr<const ImageFeatures>> frames) {
  Released released;
  const std::lock_guard lock(mutex_);
  for (const auto& frame : frames) {
    const auto found = by_address_.find(frame.get());
    if (found == by_address_.end() || found->second->features.lock() != frame) continue;
    const Place place = found->second;
    auto& list = place->kept != nullptr ? kept_ : released_;
    list.splice(list.begin(), list, place);
    measure(*place, *frame);
  }
  trim(released);
}

void FeatureCache::set_budget(std::uint64_t bytes) {
  Released released;
  const std::lock_guard lock(mutex_);
  budget_ = bytes;
  trim(released);
}

std::uint64_t FeatureCache::bytes() const {
  const std::lock_guard lock(mutex_);
  return total_;
}

std::size_t FeatureCache::features() const {
  const std::lock_guard lock(mutex_);
  return kept_.size();
}

std::shared_ptr<void> FeatureCache::lease(const std::string& model) {
  const std::lock_guard lock(mutex_);
  ++leases_[model];
  return {this, [model](void* cache) { static_cast<FeatureCache*>(cache)->end_lease(model); }};
}

void FeatureCache::end_lease(const std::string& model) {
  Released released;
  const std::lock_guard lock(mutex_);
  if (--leases_[model] > 0) return;
  leases_.erase(model);
  for (Place place = kept_.begin(); place != kept_.end();) {
    const Place current = place++;
    if (current->key.model == model) release(current, released);
  }
}

// To the front of those kept.
void FeatureCache::keep(Place place, std::shared_ptr<const ImageFeatures> features) {
  if (place->kept != nullptr) {
    kept_.splice(kept_.begin(), kept_, place);
    return;
  }
  kept_.splice(kept_.begin(), released_, place);
  place->kept = std::move(features);
  total_ += place->own_bytes;
}

void FeatureCache::release(Place place, Released& released) {
  total_ -= place->own_bytes;
  released.push_back(std::exchange(place->kept, nullptr));
  released_.splice(released_.begin(), kept_, place);
}

void FeatureCache::measure(Entry& entry, const ImageFeatures& features) {
  forget_derived(entry);
  entry.derived_bytes = features.derived_bytes();
  if (entry.derived_bytes == 0) return;
  total_ += entry.derived_bytes;
  entry.derived_at = derived_.insert(derived_.begin(), &entry);
}

void FeatureCache::forget_derived(Entry& entry) {
  if (entry.derived_bytes == 0) return;
  total_ -= std::exchange(entry.derived_bytes, 0);
  derived_.erase(entry.derived_at);
}

// Forgets features that are gone.
void FeatureCache::sweep() {
  for (Place place = released_.begin(); place != released_.end();) {
    const Place current = place++;
    if (!current->features.expired()) continue;
    forget_derived(*current);
    if (const auto found = by_key_.find(current->key); found != by_key_.end() && found->second == current)
      by_key_.erase(found);
    by_address_.erase(current->address);
    released_.erase(current);
  }
}

void FeatureCache::trim(Released& released) {
  if (total_ <= budget_) return;
  sweep();
  while (total_ > budget_ && !derived_.empty()) {
    Entry& oldest = *derived_.back();
    if (const auto features = oldest.features.lock()) {
      features->drop_derived();
      released.push_back(features);
    }
    forget_derived(oldest);
  }
  while (total_ > budget_ && !kept_.empty()) release(std::prev(kept_.end()), released);
}

}  // namespace blip
