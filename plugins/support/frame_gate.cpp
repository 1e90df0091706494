#include "plugins/support/frame_gate.h"

#include <algorithm>
#include <utility>

namespace blip {
namespace {

bool is_same(const std::weak_ptr<const ImageFeatures>& kept, const std::shared_ptr<const ImageFeatures>& other) {
  return other != nullptr && !kept.owner_before(other) && !other.owner_before(kept);
}

std::shared_ptr<const ImageFeatures> features_of(const SampledFrame& frame) {
  const FrameFeaturesPtr content = frame.features ? frame.features.content() : nullptr;
  return content ? content->image : nullptr;
}

// Its features were made of a picture that is only similar to it.
bool stands_for_similar(const SampledFrame& frame) {
  return frame.features.content()->of_similar;
}

}  // namespace

Repeat FrameGate::compare(const FrameJob& job, const ImageView* picture, const Asked& asked,
                          const GateOptions& options) {
  if (options.rule == GateRule::kOff || format_ == nullptr) return Repeat::kNone;
  if (job.frames.back().format != format_ || asked != asked_) return Repeat::kNone;
  const Repeat by_features = compare_features(job);
  if (by_features != Repeat::kNone || picture == nullptr) return by_features;
  return picture_.compare(*picture, options);
}

Repeat FrameGate::compare_features(const FrameJob& job) const {
  const auto& frames = job.frames;
  const bool same = !features_.empty() && std::equal(features_.begin(), features_.end(), frames.begin(), frames.end(),
                                                     [](const Features& kept, const SampledFrame& frame) {
                                                       return is_same(kept, features_of(frame));
                                                     });
  if (!same) return Repeat::kNone;
  return std::any_of(frames.begin(), frames.end(), stands_for_similar) ? Repeat::kSimilar : Repeat::kDuplicate;
}

void FrameGate::keep(const FrameJob& job, const ImageView* picture, Asked asked, const GateOptions& options) {
  reset();
  if (options.rule == GateRule::kOff) return;
  format_ = job.frames.back().format;
  asked_ = std::move(asked);
  if (picture != nullptr) picture_.keep(*picture);
  for (const SampledFrame& frame : job.frames) {
    if (frame.features) features_.emplace_back(features_of(frame));
  }
}

void FrameGate::reset() {
  format_.reset();
  asked_ = {};
  features_.clear();
  picture_.reset();
  seen_.reset();
}

}  // namespace blip
