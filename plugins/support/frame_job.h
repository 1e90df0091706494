#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/vision/picture_gate.h"
#include "plugins/support/features_handle.h"
#include "plugins/support/frame_times.h"
#include "plugins/support/frame_view.h"
#include "plugins/support/gst_handles.h"

namespace blip {

// One sampled frame.
struct SampledFrame {
  BufferPtr buffer;  // its pixels, null where only its features are wanted
  std::shared_ptr<const FrameFormat> format;
  Orientation orientation = Orientation::kUpright;
  FeaturesHandle features;  // of an encoder upstream
  FrameTimes times;

  bool settled() const { return !features || features.state() != GST_BLIP_FEATURES_PENDING; }
  bool dropped() const { return features && features.state() == GST_BLIP_FEATURES_DROPPED; }
};

// What is asked about one frame or window, on its way to the model.
struct FrameJob {
  std::uint64_t id = 0;
  std::vector<SampledFrame> frames;  // never empty
  FeaturesPromise promise;           // of an encoder
  FrameTimes times;
  std::shared_ptr<const void> settings;  // the analysis' own; jobs with equal settings may run together
  Repeat repeat = Repeat::kNone;         // what it turned out to repeat
  std::uint64_t stream_part = 0;         // raised by flushes and new segments: what went before does not count
  bool live = false;
  std::chrono::steady_clock::time_point submitted = std::chrono::steady_clock::now();
  std::chrono::nanoseconds span{0};  // from the first frame of a window to the last

  // Nothing of it is still being made upstream.
  bool ready() const {
    return std::all_of(frames.begin(), frames.end(), [](const SampledFrame& frame) { return frame.settled(); });
  }
};

}  // namespace blip
