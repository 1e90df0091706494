#pragma once

#include <gst/gst.h>

#include <functional>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "pipelines/captioning/caption_record.h"
#include "pipelines/captioning/caption_settings.h"
#include "pipelines/captioning/failure_text.h"
#include "pipelines/captioning/gst_owners.h"
#include "pipelines/captioning/input_gate.h"
#include "pipelines/captioning/interrupt.h"

namespace blip {

// The model or the element failed: no other file would fare better.
class ModelFailure : public Error {
 public:
  using Error::Error;
};

// Who hears of a run; called on the thread that runs it. May throw: the run ends and lets the exception through.
struct RunListener {
  std::function<void(const CaptionRecord&)> record;
  std::function<void(const std::string&)> model_warning;
  std::function<void(const std::string&)> source_warning;
  std::function<void(std::int64_t position, std::int64_t duration)> progress;  // several times a second; may be empty
};

// source ! blipcaption ! fakesink, and blipcaption's text pad ! appsink. The element, and with it the model, stays
// loaded from one source to the next. Used by one thread.
class CaptionPipeline {
 public:
  // Throws Error when an element is missing or a setting is wrong, ModelFailure when the engine cannot be opened.
  explicit CaptionPipeline(const CaptionSettings& settings);
  CaptionPipeline(const CaptionPipeline&) = delete;
  CaptionPipeline& operator=(const CaptionPipeline&) = delete;

  // Runs `source` (a bin with a pad "src") to its end, or to the interrupt, and lets the element finish what it has.
  // Throws Error: what is wrong with the source, without its name; ModelFailure: what is wrong with the model.
  void run(GstElement* source, const std::string& label, const InterruptWatch& interrupt, const RunListener& listener);

 private:
  class Attachment;

  struct Failures {
    std::vector<MissingPlugin> missing;
    std::string first_warning;
    int warnings = 0;
  };

  void follow(InputGate& gate, const InterruptWatch& interrupt, const RunListener& listener);
  // Returns true at the end of the stream.
  bool handle(GstMessage* message, Failures& failures, const RunListener& listener);
  void note_progress(GstMessage* message);
  [[noreturn]] void fail(GstMessage* message, const Failures& failures);
  [[noreturn]] void fail_to_start();
  void warn(GstMessage* message, Failures& failures, const RunListener& listener);
  bool is_from_caption_element(GstMessage* message) const;

  PipelineHandle pipeline_;
  GstElement* caption_ = nullptr;  // the pipeline's
  GstBusHandle bus_;
  bool model_is_open_ = false;
};

}  // namespace blip
