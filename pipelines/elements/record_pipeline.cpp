#include "pipelines/elements/record_pipeline.h"

#include <gst/app/gstappsink.h>
#include <gst/pbutils/pbutils.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "pipelines/elements/element_properties.h"
#include "pipelines/media_input/new_element.h"
#include "pipelines/media_input/video_source.h"
#include "pipelines/records/model_failure.h"
#include "pipelines/terminal/clock_text.h"

namespace blip {
namespace {

constexpr const char* kRecordMessage = "gst-blip-record";
constexpr int kProgressInterval = 200;  // milliseconds

// Hands each record to the bus, so that one thread sees records, warnings, errors and the end in their order.
GstFlowReturn on_record(GstAppSink* sink, gpointer) {
  const GstSampleHandle sample(gst_app_sink_pull_sample(sink));
  if (!sample) return GST_FLOW_EOS;
  GstStructure* content = gst_structure_new(kRecordMessage, "sample", GST_TYPE_SAMPLE, sample.get(), nullptr);
  gst_element_post_message(GST_ELEMENT(sink), gst_message_new_application(GST_OBJECT(sink), content));
  return GST_FLOW_OK;
}

std::string bytes_of(GstSample* sample) {
  GstBuffer* buffer = gst_sample_get_buffer(sample);
  std::string bytes(gst_buffer_get_size(buffer), '\0');
  gst_buffer_extract(buffer, 0, bytes.data(), bytes.size());
  return bytes;
}

}  // namespace

// A source in the pipeline; taken out again, whatever happened.
class RecordPipeline::Attachment {
 public:
  Attachment(RecordPipeline& owner, GstElement* source) : owner_(owner), source_(source) {
    gst_bin_add(GST_BIN(owner_.pipeline_.get()), source_);
    gst_element_link_pads(source_, "src", owner_.analysis_.front(), "sink");
  }
  ~Attachment() {
    gst_element_set_state(owner_.pipeline_.get(), GST_STATE_READY);
    gst_element_set_state(source_, GST_STATE_NULL);
    gst_bin_remove(GST_BIN(owner_.pipeline_.get()), source_);
  }
  Attachment(const Attachment&) = delete;
  Attachment& operator=(const Attachment&) = delete;

 private:
  RecordPipeline& owner_;
  GstElement* source_;
};

RecordPipeline::RecordPipeline(const std::vector<AnalysisElement>& elements)
    : pipeline_(GST_ELEMENT(gst_object_ref_sink(gst_pipeline_new("analysis")))),
      bus_(gst_element_get_bus(pipeline_.get())) {
  for (const AnalysisElement& element : elements) {
    analysis_.push_back(add_new_element(pipeline_.get(), element.factory, element.factory));
    element.configure(analysis_.back());
    if (analysis_.size() > 1) gst_element_link_pads(*(analysis_.end() - 2), "src", analysis_.back(), "sink");
  }
  add_sinks();
  if (gst_element_set_state(pipeline_.get(), GST_STATE_READY) == GST_STATE_CHANGE_FAILURE) fail_to_start();
}

void RecordPipeline::add_sinks() {
  GstElement* video_sink = add_new_element(pipeline_.get(), "fakesink", "video");
  g_object_set(video_sink, "sync", FALSE, "async", FALSE, "enable-last-sample", FALSE, nullptr);
  GstElement* text_sink = add_new_element(pipeline_.get(), "appsink", "records");
  const GstCapsHandle caps(gst_caps_new_empty_simple("application/x-json"));
  g_object_set(text_sink, "sync", FALSE, "async", FALSE, "enable-last-sample", FALSE, "caps", caps.get(), nullptr);
  GstAppSinkCallbacks callbacks{};
  callbacks.new_sample = on_record;
  gst_app_sink_set_callbacks(GST_APP_SINK(text_sink), &callbacks, nullptr, nullptr);
  gst_element_link_pads(analysis_.back(), "src", video_sink, "sink");
  gst_element_link_pads(analysis_.back(), "text", text_sink, "sink");
}

void RecordPipeline::run(GstElement* source, const std::string& label, const InterruptWatch& interrupt,
                         const RunListener& listener) {
  while (const GstMessageHandle stale{gst_bus_pop(bus_.get())})
    if (GST_MESSAGE_TYPE(stale.get()) == GST_MESSAGE_WARNING && is_from_analysis(stale.get())) {
      Failures none;
      warn(stale.get(), none, listener);
    }
  for (GstElement* element : analysis_) set_property(element, "source-label", label);
  const Attachment attachment(*this, source);
  InputGate gate(GstPadHandle(gst_element_get_static_pad(source, "src")));
  if (gst_element_set_state(pipeline_.get(), GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE) fail_to_start();
  follow(gate, interrupt, listener);
}

void RecordPipeline::follow(InputGate& gate, const InterruptWatch& interrupt, const RunListener& listener) {
  Failures failures;
  GPollFD bus_descriptor{};
  gst_bus_get_pollfd(bus_.get(), &bus_descriptor);
  bool closed = false;
  for (bool ended = false; !ended;) {
    std::array<pollfd, 2> watched{{{bus_descriptor.fd, POLLIN, 0}, {closed ? -1 : interrupt.descriptor(), POLLIN, 0}}};
    poll(watched.data(), watched.size(), listener.progress ? kProgressInterval : -1);
    while (!ended) {
      const GstMessageHandle message(gst_bus_pop(bus_.get()));
      if (!message) break;
      ended = handle(message.get(), failures, listener);
    }
    if (!closed && interrupt.requested()) {
      gate.close();
      closed = true;
    }
    if (listener.progress) listener.progress(gate.position(), gate.duration());
  }
  if (failures.warnings > 0)
    listener.source_warning(std::to_string(failures.warnings) +
                            " decoding problem(s), the first: " + failures.first_warning);
  if (!closed && gate.position() + kSecond < gate.duration() && gate.position() < gate.duration() / 10 * 9)
    listener.source_warning("the video ends at " + clock_text(gate.position(), '.') + " where the file promises " +
                            clock_text(gate.duration(), '.') + "; is the file cut short?");
}

bool RecordPipeline::handle(GstMessage* message, Failures& failures, const RunListener& listener) {
  switch (GST_MESSAGE_TYPE(message)) {
    case GST_MESSAGE_EOS:
      return true;
    case GST_MESSAGE_ERROR:
      fail(message, failures);
    case GST_MESSAGE_WARNING:
      warn(message, failures, listener);
      return false;
    case GST_MESSAGE_PROGRESS:
      note_progress(message);
      return false;
    case GST_MESSAGE_ELEMENT:
      if (gst_is_missing_plugin_message(message)) failures.missing.push_back(read_missing_plugin(message));
      return false;
    case GST_MESSAGE_APPLICATION:
      if (gst_message_has_name(message, kRecordMessage)) {
        const GValue* sample = gst_structure_get_value(gst_message_get_structure(message), "sample");
        listener.record(bytes_of(gst_value_get_sample(sample)));
      }
      return false;
    default:
      return false;
  }
}

void RecordPipeline::note_progress(GstMessage* message) {
  GstProgressType type{};
  gst_message_parse_progress(message, &type, nullptr, nullptr);
  if (is_from_analysis(message) && type == GST_PROGRESS_TYPE_COMPLETE) model_is_open_ = true;
}

void RecordPipeline::fail(GstMessage* message, const Failures& failures) {
  GError* raw_error = nullptr;
  gst_message_parse_error(message, &raw_error, nullptr);
  const GErrorHandle error(raw_error);
  if (error->domain == blip_no_video_quark() && failures.missing.empty())
    throw Error(ErrorKind::kInvalidData, error->message);
  if (is_from_analysis(message)) {
    if (g_error_matches(error.get(), GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_SETTINGS))
      throw ModelFailure(ErrorKind::kInvalidArgument, error->message);
    const bool one_picture = g_error_matches(error.get(), GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_FAILED);
    if (!model_is_open_ || !one_picture) throw ModelFailure(ErrorKind::kFailed, error->message);
    throw Error(ErrorKind::kFailed, error->message);
  }
  throw Error(ErrorKind::kInvalidData, failure_text(*error, failures.missing));
}

void RecordPipeline::fail_to_start() {
  const GstMessageHandle message(gst_bus_pop_filtered(bus_.get(), GST_MESSAGE_ERROR));
  if (message) fail(message.get(), {});
  throw ModelFailure(ErrorKind::kFailed, "the pipeline does not start");
}

void RecordPipeline::warn(GstMessage* message, Failures& failures, const RunListener& listener) {
  GError* raw_warning = nullptr;
  gst_message_parse_warning(message, &raw_warning, nullptr);
  const GErrorHandle warning(raw_warning);
  if (is_from_analysis(message)) {
    listener.model_warning(warning->message);
  } else if (failures.warnings++ == 0) {
    failures.first_warning = warning->message;
  }
}

bool RecordPipeline::is_from_analysis(GstMessage* message) const {
  GstObject* origin = GST_MESSAGE_SRC(message);
  return std::any_of(analysis_.begin(), analysis_.end(), [origin](GstElement* element) {
    return origin == GST_OBJECT(element) || gst_object_has_as_ancestor(origin, GST_OBJECT(element)) == TRUE;
  });
}

}  // namespace blip
