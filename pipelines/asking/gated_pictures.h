#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "core/vision/picture_gate.h"
#include "pipelines/asking/clip_reader.h"

namespace blip {

// Encodes the pictures of one clip, less those that repeat the last one encoded: these get its features.
class GatedPictures {
 public:
  GatedPictures(EncodePictures encode, const GateOptions& options) : encode_(std::move(encode)), options_(options) {}

  // The features of pictures, in order. Throws what encoding throws.
  std::vector<std::shared_ptr<const ImageFeatures>> encode(std::span<const ImageView> pictures);

 private:
  EncodePictures encode_;
  GateOptions options_;
  PictureGate gate_;
  std::shared_ptr<const ImageFeatures> last_;  // of the picture in the gate
};

}  // namespace blip
