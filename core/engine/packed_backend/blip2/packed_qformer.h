#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/checkpoint/blip2_config.h"
#include "core/engine/packed_backend/blip2/row_attention.h"
#include "core/engine/packed_backend/lm_head.h"
#include "core/engine/packed_backend/packed_med.h"
#include "core/engine/packed_backend/stored_key_values.h"
#include "core/engine/packed_backend/weight_store.h"

namespace blip {

// BLIP-2's Q-Former (core/model/blip2/qformer.h) on packed weights. Letters: Q queries, R tokens of texts, D width.
class PackedQFormer final : public PackedDecoder {
 public:
  PackedQFormer(WeightStore& weights, const QFormerConfig& config, Precision precision);

  using Image = std::span<const std::shared_ptr<const StoredKeyValues>>;

  // The queries on the pictures `image`, which they read side by side. states: [Q, D]. kept: null, or where keys and
  // values of self-attention go, which a caption looks back at.
  void encode_queries(Workspace& workspace, Image image, float* states, Prefix* kept) const;
  // Each text alone. states: [R, D].
  void encode_texts(Workspace& workspace, const TextRows& texts, float* states) const;
  // Each text together with the queries on `image`: all see all. queries: [texts, Q, D]; states: [R, D].
  void encode_pairs(Workspace& workspace, const TextRows& texts, Image image, float* queries, float* states) const;

  // Keys and values of one picture's states [tokens, V] for the layers with cross-attention.
  std::shared_ptr<const StoredKeyValues> keys_values(Workspace& workspace, const float* states,
                                                     std::int64_t tokens) const;

  // The captions' side: texts that look back at queries.
  const DecoderShape& shape() const override { return shape_; }
  void embed(Workspace& workspace, std::int64_t id, std::int64_t position, float* x) const override;
  void run_layer(Workspace& workspace, std::int64_t layer, float* x, std::int64_t rows,
                 RowAttention& attention) const override;
  void run_head(Workspace& workspace, float* x, std::int64_t rows, float* logits) const override;

  std::int64_t queries() const { return queries_; }
  std::int64_t width() const { return shape_.width; }

 private:
  struct FeedForward {
    LinearPtr fc1, fc2;
    NormWeights norm;
  };
  struct Cross {
    std::size_t number;  // among the layers that have it
    LinearPtr query, keys_values, output;
    NormWeights norm;
  };
  struct Layer {
    LinearPtr qkv, output;
    NormWeights norm;
    std::optional<Cross> cross;
    FeedForward of_queries;
    std::optional<FeedForward> of_text;
  };
  struct Run;

  void run(Workspace& workspace, const Run& what) const;
  void attend_image(Workspace& workspace, const Cross& cross, Image image, float* x, std::int64_t rows) const;
  void feed_forward(Workspace& workspace, const FeedForward& part, float* x, std::int64_t rows) const;

  DecoderShape shape_;
  MatmulType key_value_type_;
  std::int64_t queries_;
  std::vector<float> query_embeddings_;  // [Q, D], normalised
  std::optional<EmbeddingRows> words_, positions_;
  NormWeights norm_;
  std::vector<Layer> layers_;
  std::optional<LmHead> head_;
};

}  // namespace blip
