#pragma once

#include <gst/gst.h>

#include <cstdint>
#include <string>

#include "core/tasks/engine_api.h"
#include "core/vision/picture_gate.h"
#include "plugins/support/cue_track.h"
#include "plugins/support/property_table.h"

namespace blip {

// Which of the frames that are due are looked at.
enum class Trigger {
  kAuto,   // all
  kEvent,  // only after a blip/trigger event or the action signal analyze-now
  kRoi,    // only those with a region of interest (GstVideoRegionOfInterestMeta)
};

// How results get onto the video.
enum class Attach {
  kAuto,    // latest when upstream is live, else exact
  kExact,   // a frame waits for its own result
  kLatest,  // no frame waits: the newest result rides on the next frame
};

// Which analysis gives way when the model is slower than the stream.
enum class Leaky {
  kAuto,        // downstream when upstream is live, else no
  kNo,          // none: the streaming thread waits
  kUpstream,    // the newest
  kDownstream,  // the oldest that waits
};

// What to do with features that other weights have made.
enum class OnMismatch { kError, kRecompute, kSkip };

// The properties that all elements share.
struct BaseSettings {
  ModelOptions model;              // an empty `model.model` stands for default_model()
  std::uint64_t cache_size = 256;  // MB, of the process
  double fps = 1.0;
  std::int64_t inference_interval = 1;
  Trigger trigger = Trigger::kAuto;
  GateOptions gate;
  Attach attach = Attach::kAuto;
  std::int64_t max_in_flight = 0;
  Leaky leaky = Leaky::kAuto;
  std::int64_t batch_size = 0;
  std::int64_t batch_timeout = 0;  // ms
  std::int64_t latency = 0;        // ms, 0 = measured
  std::int64_t lateness = 0;       // ms
  std::int64_t max_errors = 5;
  bool post_messages = true;
  std::string source_label;  // empty = the stream id
  CueMode cue_mode = CueMode::kImmediate;
  std::uint64_t cue_duration = 0;  // ns, 0 = until the next sample
  std::uint64_t max_age = 5 * GST_SECOND;
  std::int64_t line_length = 0;
  std::string language_code = "en";
  OnMismatch on_mismatch = OnMismatch::kError;  // of elements that read features
};

// What elements that read features begin with: every frame that has features.
inline BaseSettings reader_settings() {
  BaseSettings settings;
  settings.fps = 0;
  return settings;
}

// Without on-mismatch.
const PropertyTable<BaseSettings>& base_properties();
// on-mismatch alone.
const PropertyTable<BaseSettings>& reader_properties();

}  // namespace blip
