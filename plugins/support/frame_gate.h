#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/vision/picture_gate.h"
#include "plugins/support/frame_job.h"

namespace blip {

// What an answer depends on beside the pictures. Equal pointers are equal settings.
struct Asked {
  std::shared_ptr<const void> settings = nullptr;  // null: on none of them
  std::string about = {};                          // what else: texts, a version
  bool operator==(const Asked&) const = default;
};

// What the model said of a frame or window: of the analysis' own kind; never changes.
using Seen = std::shared_ptr<const void>;

// Tells which frames and windows need not be shown to the model again, and keeps what it said of the last one that was.
// By their pixels, where they are given; else by their features: an encoder upstream gives equal pictures the same
// ones. The worker's alone.
class FrameGate {
 public:
  // What `job` repeats of the last one kept, when the same is asked about it and its stream has the caps of then.
  // `picture`: the pixels of its one frame, or null.
  Repeat compare(const FrameJob& job, const ImageView* picture, const Asked& asked, const GateOptions& options);
  // This one is shown to the model; what it says of it follows.
  void keep(const FrameJob& job, const ImageView* picture, Asked asked, const GateOptions& options);
  void keep_seen(Seen seen) {
    if (format_ != nullptr) seen_ = std::move(seen);
  }
  // Null until that is known.
  const Seen& seen() const { return seen_; }
  // Whatever comes next repeats nothing.
  void reset();

 private:
  using Features = std::weak_ptr<const ImageFeatures>;  // keeps the address from being another's, not the features

  Repeat compare_features(const FrameJob& job) const;

  std::shared_ptr<const FrameFormat> format_;  // null: nothing is kept
  Asked asked_;
  std::vector<Features> features_;
  PictureGate picture_;
  Seen seen_;
};

}  // namespace blip
