#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/checkpoint/blip2_config.h"
#include "core/engine/packed_backend/blip2/language_weights.h"
#include "core/engine/packed_backend/blip2/row_attention.h"

namespace blip {

// The gated or plain feed-forward of T5 behind its norm; x [rows, width] += what it gives.
struct T5FeedForward {
  RmsNormWeights norm;
  StoredLinearPtr gate, inner, outer;  // gate null: not gated
  Activation activation;

  T5FeedForward(LanguageWeights& weights, const std::string& name, const LanguageModelConfig& config);
  void run(Workspace& workspace, float* x, std::int64_t rows) const;
};

// Bias [heads, 2 * largest distance + 1] of T5's relative positions (arXiv 1910.10683) from the embedding
// [buckets, heads]; two_sided: the encoder's, which tells keys before the query from those behind it.
std::vector<float> relative_bias(std::span<const float> embedding, const LanguageModelConfig& config, bool two_sided);

// T5 (core/model/blip2/t5.h) on stored weights: encoder and decoder. Letters: L width, W = heads * d_kv.
class PackedT5 final : public PackedDecoder {
 public:
  PackedT5(LanguageWeights& weights, const LanguageModelConfig& config);

  // The encoder's states of embedded tokens x [rows, L], made in place.
  void encode(Workspace& workspace, float* x, std::int64_t rows) const;
  // Keys and values that the decoder's cross-attention makes of them.
  std::shared_ptr<const Prefix> keys_values(Workspace& workspace, const float* states, std::int64_t rows) const;
  void embed_token(std::int64_t id, float* x) const;

  const DecoderShape& shape() const override { return shape_; }
  void embed(Workspace& workspace, std::int64_t id, std::int64_t position, float* x) const override;
  void run_layer(Workspace& workspace, std::int64_t layer, float* x, std::int64_t rows,
                 RowAttention& attention) const override;
  void run_head(Workspace& workspace, float* x, std::int64_t rows, float* logits) const override;

 private:
  struct SelfAttention {
    RmsNormWeights norm;
    StoredLinearPtr qkv, output;
  };
  struct CrossAttention {
    RmsNormWeights norm;
    StoredLinearPtr query, keys_values, output;
  };
  struct EncoderLayer {
    SelfAttention self;
    T5FeedForward feed_forward;
  };
  struct DecoderLayer {
    SelfAttention self;
    CrossAttention cross;
    T5FeedForward feed_forward;
  };
  static SelfAttention self_attention(LanguageWeights& weights, const std::string& at,
                                      const LanguageModelConfig& config);
  bool attend_self(Workspace& workspace, const SelfAttention& part, std::int64_t number, float* x, std::int64_t rows,
                   RowAttention& attention) const;

  std::vector<float> encoder_bias_, decoder_bias_;
  DecoderShape shape_, encoder_shape_;
  EmbeddingRows tokens_;
  std::vector<EncoderLayer> encoder_;
  std::vector<DecoderLayer> decoder_;
  RmsNormWeights encoder_norm_, decoder_norm_;
  float head_scale_;  // of the states in front of a head that is the embeddings
  StoredLinearPtr head_;
};

}  // namespace blip
