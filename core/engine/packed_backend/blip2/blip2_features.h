#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "core/engine/backend.h"
#include "core/engine/packed_backend/blip2/packed_qformer.h"
#include "core/engine/packed_backend/blip2/prefix_store.h"

namespace blip {

// What the queries of a model without a language model make of an image.
struct QueriedImage {
  std::vector<float> queries;            // [Q, D], their states
  std::shared_ptr<const Prefix> prefix;  // their keys and values, which captions look back at; or null

  std::uint64_t bytes() const;
};

// Features of one image (feature_size()), with what models have made of them.
class Blip2Features final : public ImageFeatures {
 public:
  explicit Blip2Features(Matrix states) : states_(std::move(states)) {}
  const float* states() const { return states_.values.data(); }

  std::int64_t tokens() const override { return states_.rows; }
  std::int64_t width() const override { return states_.columns; }
  Matrix to_matrix() const override { return states_; }
  std::uint64_t derived_bytes() const override;
  void drop_derived() const override;

  // `model`: a number of its own for each model that derives something. Null: not yet.
  std::shared_ptr<const QueriedImage> queried(std::uint64_t model) const;
  void keep(std::uint64_t model, std::shared_ptr<const QueriedImage> queried) const;
  // For the cross-attention of queries that read texts, too.
  std::shared_ptr<const StoredKeyValues> keys_values(std::uint64_t model) const;
  void keep(std::uint64_t model, std::shared_ptr<const StoredKeyValues> keys_values) const;
  // The beginnings of sequences on the clips that begin with this image.
  std::shared_ptr<PrefixStore> prefixes(std::uint64_t model) const;

 private:
  Matrix states_;
  mutable std::mutex mutex_;
  mutable std::map<std::uint64_t, std::shared_ptr<const QueriedImage>> queried_;
  mutable std::map<std::uint64_t, std::shared_ptr<const StoredKeyValues>> keys_values_;
  mutable std::map<std::uint64_t, std::shared_ptr<PrefixStore>> prefixes_;
};

// The frames of a clip. Throws Error(kInvalidArgument) when there is none, or one of another backend.
std::vector<const Blip2Features*> blip2_frames(const Clip& clip);

}  // namespace blip
