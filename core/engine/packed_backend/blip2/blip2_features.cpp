#include "core/engine/packed_backend/blip2/blip2_features.h"

#include <utility>

#include "core/base/error.h"

namespace blip {

namespace {

template <class Kept>
std::shared_ptr<const Kept> find(const std::map<std::uint64_t, std::shared_ptr<const Kept>>& all, std::uint64_t model) {
  const auto found = all.find(model);
  return found == all.end() ? nullptr : found->second;
}

}  // namespace

std::uint64_t QueriedImage::bytes() const {
  return queries.size() * sizeof(float) + (prefix ? prefix->bytes() : 0);
}

std::uint64_t Blip2Features::derived_bytes() const {
  const std::lock_guard lock(mutex_);
  std::uint64_t bytes = 0;
  for (const auto& [model, queried] : queried_) bytes += queried->bytes();
  for (const auto& [model, keys_values] : keys_values_) bytes += keys_values->bytes();
  for (const auto& [model, store] : prefixes_) bytes += store->bytes();
  return bytes;
}

void Blip2Features::drop_derived() const {
  decltype(queried_) queried;
  decltype(keys_values_) keys_values;
  decltype(prefixes_) prefixes;
  const std::lock_guard lock(mutex_);
  queried.swap(queried_);
  keys_values.swap(keys_values_);
  prefixes.swap(prefixes_);
}

std::shared_ptr<const QueriedImage> Blip2Features::queried(std::uint64_t model) const {
  const std::lock_guard lock(mutex_);
  return find(queried_, model);
}

void Blip2Features::keep(std::uint64_t model, std::shared_ptr<const QueriedImage> queried) const {
  const std::lock_guard lock(mutex_);
  queried_[model] = std::move(queried);
}

std::shared_ptr<const StoredKeyValues> Blip2Features::keys_values(std::uint64_t model) const {
  const std::lock_guard lock(mutex_);
  return find(keys_values_, model);
}

void Blip2Features::keep(std::uint64_t model, std::shared_ptr<const StoredKeyValues> keys_values) const {
  const std::lock_guard lock(mutex_);
  keys_values_[model] = std::move(keys_values);
}

std::shared_ptr<PrefixStore> Blip2Features::prefixes(std::uint64_t model) const {
  const std::lock_guard lock(mutex_);
  auto& store = prefixes_[model];
  if (!store) store = std::make_shared<PrefixStore>();
  return store;
}

std::vector<const Blip2Features*> blip2_frames(const Clip& clip) {
  if (clip.frames.empty()) throw Error(ErrorKind::kInvalidArgument, "a clip needs at least one frame");
  std::vector<const Blip2Features*> frames;
  for (const auto& frame : clip.frames) {
    frames.push_back(dynamic_cast<const Blip2Features*>(frame.get()));
    if (frames.back() == nullptr) throw Error(ErrorKind::kInvalidArgument, "image features of another backend");
  }
  return frames;
}

}  // namespace blip
