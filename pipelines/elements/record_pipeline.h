#pragma once

#include <gst/gst.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "pipelines/elements/run_messages.h"
#include "pipelines/media_input/gst_owners.h"
#include "pipelines/terminal/interrupt.h"

namespace blip {

// Who hears of a run; called on the thread that runs it. May throw: the run ends and lets the exception through.
struct RunListener {
  std::function<void(const std::string& json)> record;
  std::function<void(const std::string&)> model_warning;
  std::function<void(const std::string&)> source_warning;
  std::function<void(std::int64_t position, std::int64_t duration)> progress;  // several times a second; may be empty
};

// One of the elements that look at the frames.
struct AnalysisElement {
  const char* factory;
  std::function<void(GstElement*)> configure;
};

// source ! the elements, one after the other ! fakesink, and the text pad of the last one ! appsink, as JSON. The
// elements, and with them the model, stay loaded from one source to the next. Used by one thread.
class RecordPipeline {
 public:
  // Throws Error when an element is missing or a setting is wrong, ModelFailure when the engine cannot be opened.
  explicit RecordPipeline(const std::vector<AnalysisElement>& elements);
  RecordPipeline(const RecordPipeline&) = delete;
  RecordPipeline& operator=(const RecordPipeline&) = delete;

  // Runs `source` (a bin with a pad "src") to its end, or to the interrupt, and lets the elements finish what they
  // have. Throws Error: what is wrong with the source, without its name; ModelFailure: what is wrong with the model.
  void run(GstElement* source, const std::string& label, const InterruptWatch& interrupt, const RunListener& listener);

 private:
  class Attachment;

  void add_sinks();

  PipelineHandle pipeline_;
  std::vector<GstElement*> analysis_;  // the pipeline's, in order; at least one
  std::optional<RunMessages> messages_;
};

}  // namespace blip
