#pragma once

#include <memory>
#include <vector>

namespace blip {

class ImageFeatures;  // core/engine/backend.h: opaque here

// One frame or a window: attention runs over all frames' tokens.
struct Clip {
  std::vector<std::shared_ptr<const ImageFeatures>> frames;
};

}  // namespace blip
