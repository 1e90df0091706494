#include "core/engine/packed_backend/blip2/blip2_features.h"

#include <utility>

#include "core/base/error.h"

namespace blip {

std::uint64_t QueriedImage::bytes() const {
  return keys_values->bytes() + queries.size() * sizeof(float) + (prefix ? prefix->bytes() : 0);
}

std::uint64_t Blip2Features::derived_bytes() const {
  const std::lock_guard lock(mutex_);
  std::uint64_t bytes = 0;
  for (const auto& [model, queried] : queried_) bytes += queried->bytes();
  for (const auto& [model, store] : prefixes_) bytes += store->bytes();
  return bytes;
}

void Blip2Features::drop_derived() const {
  decltype(queried_) queried;
  decltype(prefixes_) prefixes;
  const std::lock_guard lock(mutex_);
  queried.swap(queried_);
  prefixes.swap(prefixes_);
}

std::shared_ptr<const QueriedImage> Blip2Features::queried(std::uint64_t model) const {
  const std::lock_guard lock(mutex_);
  const auto found = queried_.find(model);
  return found == queried_.end() ? nullptr : found->second;
}

void Blip2Features::keep(std::uint64_t model, std::shared_ptr<const QueriedImage> queried) const {
  const std::lock_guard lock(mutex_);
  queried_[model] = std::move(queried);
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
