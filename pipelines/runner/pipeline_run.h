#pragma once

#include <gst/gst.h>

#include <functional>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "pipelines/media_input/failure_text.h"
#include "pipelines/media_input/gst_owners.h"
#include "pipelines/runner/launch_template.h"
#include "pipelines/terminal/interrupt.h"

namespace blip {

struct PipelineListener {
  std::function<void(GstMessage*)> message;  // element messages
  std::function<void(const std::string&)> warning;
};

// A pipeline made of a launch line, from start to end. Used by one thread.
class PipelineRun {
 public:
  // Throws Error naming `file` and the line of the element, property or link that cannot be.
  PipelineRun(const std::vector<LaunchWord>& words, const std::string& file);

  // Plays to the end of the stream; at an interrupt the end is sent down the pipeline first, so that its files are
  // finished. Throws Error naming the element that failed.
  void play(const InterruptWatch& interrupt, const PipelineListener& listener);

 private:
  void follow(const InterruptWatch& interrupt, const PipelineListener& listener);
  bool handle(GstMessage* message, const PipelineListener& listener);  // true at the end of the stream
  [[noreturn]] void fail(GstMessage* message) const;

  PipelineHandle pipeline_;
  GstBusHandle bus_;
  std::vector<MissingPlugin> missing_;
};

}  // namespace blip
