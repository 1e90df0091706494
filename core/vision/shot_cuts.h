#pragma once

#include <cstddef>
#include <deque>

#include "core/vision/picture_sketch.h"

namespace blip {

// Finds hard cuts in a video, frame by frame: a frame begins a shot when it differs from the one before by much, and by
// much more than frames lately did, so that motion is no cut. Constant memory.
class ShotCuts {
 public:
  // Whether this frame, the next one of the video, begins a shot. The first one does.
  bool begins_shot(const PictureSketch& frame);

 private:
  PictureSketch last_;
  std::deque<double> recent_;  // differences of the last frames
};

}  // namespace blip
