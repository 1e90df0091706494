#pragma once

#include "core/checkpoint/model_config.h"

namespace blip {

// One role of MED, the multimodal mixture of encoder-decoder (arXiv 2201.12086, section 3.1).
struct MedConfig {
  TextConfig text;
  std::int64_t cross_width = 0;  // width of what cross-attention reads
  bool twin = false;             // NLVR2: two images a text
};

// In NLVR2's twin the upper half of a 12-layer model merges by a Linear; the original writes "layer number >= 6".
inline constexpr std::int64_t kFirstMergeLayer = 6;

}  // namespace blip
