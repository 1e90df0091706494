#pragma once

#include "core/checkpoint/tensor_map.h"

namespace blip {

// A file of its own for an image encoder (`visual_encoder.*`) as LAVIS loads it: EVA-CLIP's layout, where the key has
// no bias (attn.q_bias, attn.v_bias). One that has a bias there, and CLIP's, keep their names, which gst-blip reads.
TensorMap lavis_vision_tensors(const TensorMap& vision);

}  // namespace blip
