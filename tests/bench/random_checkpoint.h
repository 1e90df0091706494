#pragma once

#include "core/checkpoint/checkpoint.h"

namespace blip::bench {

// BLIP-base of any layout (ViT-B/16 at `image_size`, MEDs of 12 layers, vocabulary 30,524) with seeded random weights.
// Time does not depend on them; what the model says depends on picture and text, as with trained ones.
Checkpoint random_checkpoint(Layout layout, std::int64_t image_size);
Checkpoint random_captioner(std::int64_t image_size);

}  // namespace blip::bench
