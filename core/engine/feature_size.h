#pragma once

#include <string>

#include "core/base/error.h"
#include "core/base/matrix.h"
#include "core/checkpoint/model_config.h"

namespace blip {

// Throws Error(kInvalidArgument) unless `tokens` are features of one image of a model with this vision part.
inline void expect_feature_size(const Matrix& tokens, const VisionConfig& vision) {
  if (tokens.rows == vision.tokens() && tokens.columns == vision.width) return;
  throw Error(ErrorKind::kInvalidArgument, "features of " + std::to_string(tokens.rows) + " tokens of " +
                                               std::to_string(tokens.columns) + " numbers for a model that has " +
                                               std::to_string(vision.tokens()) + " of " + std::to_string(vision.width));
}

}  // namespace blip
