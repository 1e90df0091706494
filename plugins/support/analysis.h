#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/image_view.h"
#include "core/base/outcome.h"
#include "core/tasks/engine_api.h"
#include "plugins/support/features_handle.h"
#include "plugins/support/finding.h"
#include "plugins/support/frame_gate.h"

namespace blip {

// How many sampled frames are looked at together.
struct WindowOptions {
  std::int64_t frames = 1;    // most frames of a window; 1 = each on its own
  std::uint64_t length = 0;   // ns of stream time; 0 = by the number of frames alone
  std::uint64_t overlap = 0;  // ns that a window shares with the one before
  bool operator==(const WindowOptions&) const = default;
};

// The settings of an analysis at one moment.
using SettingsPtr = std::shared_ptr<const void>;

// A frame, or window, that is ready to be analysed.
struct AnalysisInput {
  std::vector<FrameFeaturesPtr> features;  // of its frames, in order, where the analysis reads features
  const ImageView* image = nullptr;        // its pixels, where the analysis encodes
  FrameTimes times;
  std::string source;             // the video's name
  Repeat repeat = Repeat::kNone;  // it is concluded on with what the model said of an earlier one
  FrameFeaturesPtr made;          // what an encoder made of it, for the frame's metadata

  Clip clip() const {
    Clip clip;
    for (const FrameFeaturesPtr& frame : features) clip.frames.push_back(frame->image);
    return clip;
  }
};

// What a kind of element does with its sampled frames: all that tells the elements apart. Calls come from one thread
// at a time, the worker's unless noted.
class Analysis {
 public:
  virtual ~Analysis() = default;
  // Reads the features that an encoder upstream has put on frames, instead of encoding frames itself.
  virtual bool reads_features() const = 0;
  // Findings open and close a gate for the video.
  virtual bool gates() const { return false; }
  // Name of the custom meta that carries a finding, for example "blip-text".
  virtual const char* result_name() const = 0;
  // Name of the element message that each finding with a text is posted as; null = none is.
  virtual const char* message_name() const = 0;
  // Any thread: the settings as they are now. The same pointer comes back until they change.
  virtual SettingsPtr settings() const = 0;
  // Any thread: how frames are put together, by these settings.
  virtual WindowOptions window(const void* settings) const = 0;
  // A model has been opened. Fails with kUnsupported when it cannot do what the settings ask for.
  virtual Outcome<std::vector<std::string>> accept(const Model& model) = 0;
  // What the model's answer to `input` depends on beside its pictures. Where that and the pictures are as they were,
  // the model is not asked again.
  virtual Asked asked(const SettingsPtr& settings, const AnalysisInput& input) = 0;
  // What the model says of inputs of one settings value, for each, in order. May take seconds; fails as a whole with
  // kCancelled only.
  virtual std::vector<Outcome<Seen>> look(Stream& stream, const void* settings,
                                          std::span<const AnalysisInput> inputs) = 0;
  // The finding of one input; inputs come in the order of their times, each with what was seen of it or of the one that
  // it repeats.
  virtual Outcome<Finding> conclude(Stream& stream, const void* settings, AnalysisInput& input, const Seen& seen) = 0;
  // What was seen before does not count any more: a flush, another segment.
  virtual void restart() {}
  // The stream ends at `end` (stream time, ns); nothing is being analysed meanwhile. What there is to say about it.
  virtual std::vector<Notice> finish(std::uint64_t end) {
    static_cast<void>(end);
    return {};
  }
};

}  // namespace blip
