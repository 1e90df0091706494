#pragma once

#include <gst/gst.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "pipelines/media_input/gst_owners.h"
#include "pipelines/watching/alert_tracker.h"
#include "pipelines/watching/live_session.h"
#include "pipelines/watching/picture_branch.h"
#include "pipelines/watching/source_failure.h"
#include "pipelines/watching/watch_models.h"

namespace blip {

// What happened in a pipeline.
struct WatchEvent {
  enum class Kind {
    kNone,     // nothing, for as long as was waited
    kScores,   // texts were matched with a picture
    kCaption,  // a picture was captioned
    kWarning,  // the model's or an element's, in `text`
    kLost,     // the source fails, see `failure`
    kModel,    // the model fails: `text`; nothing will help
    kEnd,      // of the stream; all that was found has been told
  };
  Kind kind = Kind::kNone;
  std::int64_t start = 0, end = 0;  // stream time, nanoseconds
  std::vector<QueryScore> scores;
  std::string text;
  SourceFailure failure;
};

// One connection to a source:
// source ! blipencoder ! blipfilter [! blipencoder] ! blipdecoder ! fakesink, with the records of the text pads, and
// JPEG pictures beside it. Video never waits for the model where the source is live, nor ever for the pictures. One
// thread calls next(); the other methods are safe from any.
class WatchPipeline {
 public:
  // Throws Error: kNotFound naming an element that is not installed, kInvalidArgument for a wrong setting.
  WatchPipeline(const SessionSettings& settings, const WatchModels& models, PictureTap tap);
  ~WatchPipeline();
  WatchPipeline(const WatchPipeline&) = delete;
  WatchPipeline& operator=(const WatchPipeline&) = delete;

  void play();
  WatchEvent next(std::chrono::milliseconds longest);
  void set_queries(const std::vector<WatchQuery>& queries);
  // The source turned out to be live: what comes too fast waits, what the model has no time for is passed over.
  void become_live();
  std::int64_t duration() const;  // nanoseconds; 0 = not known

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace blip
