#pragma once

#include <memory>
#include <span>
#include <vector>

#include "core/base/image_view.h"
#include "core/engine/loaded_model.h"

namespace blip {

// Pictures to image features: colour conversion, Pillow's resize, normalisation, then one pass of the ViT for all. In
// the order given. Throws Error for a picture that cannot be read.
std::vector<std::shared_ptr<const ImageFeatures>> encode_frames(LoadedModel& model, std::span<const ImageView> images);

}  // namespace blip
