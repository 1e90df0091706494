#pragma once

#include <gst/gst.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "pipelines/media_input/failure_text.h"
#include "pipelines/media_input/gst_owners.h"
#include "pipelines/media_input/input_gate.h"
#include "pipelines/terminal/interrupt.h"

namespace blip {

// Who hears of what a pipeline says; called on the thread that follows it. May throw: following ends.
struct MessageListener {
  std::function<void(GstMessage*)> application;  // messages of the program's own
  std::function<void(const std::string&)> model_warning;
  std::function<void(const std::string&)> source_warning;
  std::function<void(std::int64_t position, std::int64_t duration)> progress;  // several times a second; may be empty
  std::function<void()> interrupted;  // before the source is ended early; may be empty
};

// Reads the bus of a pipeline in which a source feeds elements that look at its frames, and tells whose fault an error
// is. Used by one thread.
class RunMessages {
 public:
  // `analysis`: the elements that look at frames; the pipeline's.
  RunMessages(GstElement* pipeline, std::vector<GstElement*> analysis)
      : bus_(gst_element_get_bus(pipeline)), analysis_(std::move(analysis)) {}

  // Before a run: what was said since the last one is dropped, but warnings of the model.
  void begin(const MessageListener& listener);
  // Until the end of the stream. An interrupt closes the gate, and so ends the source early. Throws Error: what is
  // wrong with the source, without its name; ModelFailure: what is wrong with the model.
  void follow(InputGate& gate, const InterruptWatch& interrupt, const MessageListener& listener);
  // Throws the error because of which the pipeline does not start.
  [[noreturn]] void fail_to_start();

 private:
  struct Failures {
    std::vector<MissingPlugin> missing;
    std::string first_warning;
    int warnings = 0;
  };

  // Returns true at the end of the stream.
  bool handle(GstMessage* message, Failures& failures, const MessageListener& listener);
  void note_progress(GstMessage* message);
  [[noreturn]] void fail(GstMessage* message, const Failures& failures);
  void warn(GstMessage* message, Failures& failures, const MessageListener& listener);
  bool is_from_analysis(GstMessage* message) const;

  GstBusHandle bus_;
  std::vector<GstElement*> analysis_;
  bool model_is_open_ = false;
};

}  // namespace blip
