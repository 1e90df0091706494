#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/checkpoint/blip2_config.h"
#include "core/engine/packed_backend/blip2/language_weights.h"
#include "core/engine/packed_backend/blip2/row_attention.h"

namespace blip {

// OPT (core/model/blip2/opt.h): a causal decoder with learned positions. Letters: L width.
class PackedOpt final : public PackedDecoder {
 public:
  PackedOpt(LanguageWeights& weights, const LanguageModelConfig& config);

  const DecoderShape& shape() const override { return shape_; }
  void embed(Workspace& workspace, std::int64_t id, std::int64_t position, float* x) const override;
  void run_layer(Workspace& workspace, std::int64_t layer, float* x, std::int64_t rows,
                 RowAttention& attention) const override;
  void run_head(Workspace& workspace, float* x, std::int64_t rows, float* logits) const override;
  // x [L] += the row of a position: what a soft prompt gets in place of embed().
  void add_position(std::int64_t position, float* x) const;

 private:
  struct Layer {
    NormWeights attention_norm, final_norm;
    StoredLinearPtr qkv, output, fc1, fc2;
  };

  DecoderShape shape_;
  After activation_;
  EmbeddingRows tokens_, positions_;
  std::vector<Layer> layers_;
  NormWeights norm_;
  StoredLinearPtr head_;
};

}  // namespace blip
