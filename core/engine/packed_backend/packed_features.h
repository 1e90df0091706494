#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <vector>

#include "core/engine/backend.h"
#include "core/engine/packed_backend/packed_med.h"

namespace blip {

// The ViT's output of one image [N, V] float, with the keys and values that MEDs have made of it.
class PackedFeatures final : public ImageFeatures {
 public:
  PackedFeatures(std::int64_t tokens, std::int64_t width);
  float* states() { return states_.get(); }
  const float* states() const { return states_.get(); }

  std::int64_t tokens() const override { return tokens_; }
  std::int64_t width() const override { return width_; }
  Matrix to_matrix() const override;
  std::uint64_t derived_bytes() const override;
  void drop_derived() const override;

  // True once, for a MED that keys and values have never been asked for or made for: who asks first may do without.
  bool first_asked(const PackedMed& med) const;
  // For this MED (`image`: PackedMed::keys_values): made once, kept until drop_derived().
  std::shared_ptr<const StoredKeyValues> keys_values(Workspace& workspace, const PackedMed& med,
                                                     std::size_t image = 0) const;

 private:
  std::int64_t tokens_, width_;
  std::unique_ptr<float[]> states_;
  mutable std::mutex mutex_;
  mutable std::set<std::vector<std::uint64_t>> asked_;
  mutable std::map<std::vector<std::uint64_t>, std::shared_ptr<const StoredKeyValues>> keys_values_;
};

// The frames of a clip. Throws Error(kInvalidArgument) when there is none, or one of another backend.
std::vector<const PackedFeatures*> packed_frames(const Clip& clip);
// True if no frame of the clip has been asked for by this MED before; from now on all have.
bool first_question(const Clip& clip, const PackedMed& med);
// Keys and values of all of them.
std::vector<std::shared_ptr<const StoredKeyValues>> clip_keys_values(Workspace& workspace, const PackedMed& med,
                                                                     const Clip& clip, std::size_t image = 0);

}  // namespace blip
