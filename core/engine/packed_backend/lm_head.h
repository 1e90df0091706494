#pragma once

#include "core/engine/packed_backend/weight_store.h"

namespace blip {

// The language-modelling head: states [R, D] -> logits [R, vocabulary].
class LmHead {
 public:
  // `name`: of the module that holds "transform" and "decoder".
  LmHead(WeightStore& weights, const std::string& name, double eps, Precision precision);

  // In int8 and bfloat16 the logits that count, the largest of each row, are made again from the checkpoint's own
  // weights: the product has only chosen them.
  void run(Workspace& workspace, const float* states, std::int64_t rows, float* logits) const;
  std::int64_t vocabulary() const { return decoder_->out(); }

 private:
  void rescore(Workspace& workspace, const float* state, float* logits) const;

  LinearPtr transform_, decoder_;
  NormWeights norm_;
  EmbeddingRows weights_;
  std::vector<float> bias_;
};

}  // namespace blip
