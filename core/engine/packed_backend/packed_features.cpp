#include "core/engine/packed_backend/packed_features.h"

#include <algorithm>

#include "core/base/error.h"

namespace blip {

PackedFeatures::PackedFeatures(std::int64_t tokens, std::int64_t width)
    : tokens_(tokens), width_(width), states_(new float[static_cast<std::size_t>(tokens * width)]) {}

Matrix PackedFeatures::to_matrix() const {
  Matrix matrix(tokens_, width_);
  std::copy_n(states_.get(), matrix.values.size(), matrix.values.begin());
  return matrix;
}

std::uint64_t PackedFeatures::derived_bytes() const {
  const std::lock_guard lock(mutex_);
  std::uint64_t bytes = 0;
  for (const auto& [med, stored] : keys_values_) bytes += stored->bytes();
  return bytes;
}

void PackedFeatures::drop_derived() const {
  decltype(keys_values_) dropped;
  const std::lock_guard lock(mutex_);
  dropped.swap(keys_values_);
}

std::shared_ptr<const StoredKeyValues> PackedFeatures::keys_values(Workspace& workspace, const PackedMed& med,
                                                                   std::size_t image) const {
  const std::vector<std::uint64_t> identity = med.keys_values_identity(image);
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = keys_values_.find(identity); found != keys_values_.end()) return found->second;
  }
  auto made = med.keys_values(workspace, states_.get(), tokens_, image);
  const std::lock_guard lock(mutex_);
  asked_.insert(identity);
  return keys_values_.try_emplace(identity, std::move(made)).first->second;
}

bool PackedFeatures::first_asked(const PackedMed& med) const {
  const std::lock_guard lock(mutex_);
  return asked_.insert(med.keys_values_identity()).second;
}

bool first_question(const Clip& clip, const PackedMed& med) {
  bool first = true;
  for (const PackedFeatures* frame : packed_frames(clip)) first = frame->first_asked(med) && first;
  return first;
}

std::vector<const PackedFeatures*> packed_frames(const Clip& clip) {
  if (clip.frames.empty()) throw Error(ErrorKind::kInvalidArgument, "a clip needs at least one frame");
  std::vector<const PackedFeatures*> frames;
  for (const auto& frame : clip.frames) {
    frames.push_back(dynamic_cast<const PackedFeatures*>(frame.get()));
    if (frames.back() == nullptr) throw Error(ErrorKind::kInvalidArgument, "image features of another backend");
  }
  return frames;
}

std::vector<std::shared_ptr<const StoredKeyValues>> clip_keys_values(Workspace& workspace, const PackedMed& med,
                                                                     const Clip& clip, std::size_t image) {
  std::vector<std::shared_ptr<const StoredKeyValues>> all;
  for (const PackedFeatures* frame : packed_frames(clip)) all.push_back(frame->keys_values(workspace, med, image));
  return all;
}

}  // namespace blip
