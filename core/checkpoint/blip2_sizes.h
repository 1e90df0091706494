#pragma once

#include <string>

#include "core/checkpoint/model_sizes.h"

namespace blip {

// resolve_config() for the layouts of BLIP-2. Heads that nothing declares: 16 for ViT-g (width 1408), else width / 64;
// a language model's must be declared. Throws Error(kInvalidData), also where image encoder, Q-Former and language
// model do not fit together: which widths meet, and what would be right.
ResolvedConfig resolve_blip2_config(const TensorMap& tensors, Layout layout, const DeclaredConfig& declared,
                                    const std::string& source);

}  // namespace blip
