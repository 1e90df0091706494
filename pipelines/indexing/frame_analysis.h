#pragma once

#include <gst/gst.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pipelines/elements/run_messages.h"
#include "pipelines/indexing/shot_sampler.h"
#include "pipelines/options/model_settings.h"

namespace blip {

class ImageFeatures;

// What looks at the frames. Both may be one and the same model.
struct AnalysisModels {
  ModelSettings embedder;
  std::optional<ModelSettings> captioner;  // nothing: no captions
  bool one_model = false;                  // the captioner is the embedder: frames are encoded once
  bool keep_features = false;              // of the embedder
};

// A stretch of video with what the models made of its frame.
struct AnalysedShot {
  SampledShot shot;
  std::vector<float> embedding;                   // empty: the analysis failed
  std::optional<std::string> caption;             // nothing without a captioner, or when it failed
  std::shared_ptr<const ImageFeatures> features;  // null unless they are kept
};

struct AnalysisRun {
  SamplingOptions sampling;
  std::int64_t known = 0;                  // so many stretches at the beginning are passed over
  std::int64_t time_shift = 0;             // added to the stream time of all frames, nanoseconds
  bool endless = false;                    // a live source: an interrupt is its end, not a break
  std::function<void(AnalysedShot)> take;  // in order, on the thread that runs it
  std::function<void(const std::string&)> model_warning, source_warning;
  std::function<void(std::int64_t position, std::int64_t duration)> progress;
};

struct AnalysisEnd {
  bool interrupted = false;    // what is open was dropped
  std::int64_t stretches = 0;  // found, those that were passed over included
  std::int64_t repeats = 0;
  std::int64_t end = 0;       // of the last frame, nanoseconds
  int width = 0, height = 0;  // upright
};

// source ! sampler ! blipencoder [! blipencoder] ! blipdecoder: leads videos through the elements, one after the other,
// which stay loaded from one to the next. The decoder runs beside the models, a few frames ahead. Used by one thread.
class FrameAnalysis {
 public:
  // Throws Error when an element is missing, ModelFailure when a model cannot be opened.
  explicit FrameAnalysis(const AnalysisModels& models);
  ~FrameAnalysis();
  FrameAnalysis(const FrameAnalysis&) = delete;
  FrameAnalysis& operator=(const FrameAnalysis&) = delete;

  // Runs `source` (a bin with a pad "src") to its end, or to the interrupt. Throws Error: what is wrong with the
  // source, without its name; ModelFailure: what is wrong with a model; and what `take` throws.
  AnalysisEnd run(GstElement* source, const InterruptWatch& interrupt, const AnalysisRun& run);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace blip
