#pragma once

#include <string>

#include "core/base/error.h"
#include "core/base/matrix.h"
#include "core/checkpoint/model_config.h"

namespace blip {

// What one image's features are (ImageFeatures).
struct FeatureSize {
  std::int64_t tokens = 0, width = 0;
};

// The image encoder's states [N, V]; where the Q-Former stands in front of a language model, its output [Q, D].
inline FeatureSize feature_size(Layout layout, const ModelConfig& config) {
  if (layout_parts(layout).language_model) return {config.blip2->qformer.queries, config.blip2->qformer.width};
  return {config.vision.tokens(), config.vision.width};
}

// Throws Error(kInvalidArgument) unless `tokens` are features of one image of a model with this size.
inline void expect_feature_size(const Matrix& tokens, FeatureSize size) {
  if (tokens.rows == size.tokens && tokens.columns == size.width) return;
  throw Error(ErrorKind::kInvalidArgument, "features of " + std::to_string(tokens.rows) + " tokens of " +
                                               std::to_string(tokens.columns) + " numbers for a model that has " +
                                               std::to_string(size.tokens) + " of " + std::to_string(size.width));
}

}  // namespace blip
