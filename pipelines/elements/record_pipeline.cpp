#include "pipelines/elements/record_pipeline.h"

#include <gst/app/gstappsink.h>

#include "pipelines/elements/element_properties.h"
#include "pipelines/media_input/new_element.h"

namespace blip {
namespace {

constexpr const char* kRecordMessage = "gst-blip-record";

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
    : pipeline_(GST_ELEMENT(gst_object_ref_sink(gst_pipeline_new("analysis")))) {
  for (const AnalysisElement& element : elements) {
    analysis_.push_back(add_new_element(pipeline_.get(), element.factory, element.factory));
    element.configure(analysis_.back());
    if (analysis_.size() > 1) gst_element_link_pads(*(analysis_.end() - 2), "src", analysis_.back(), "sink");
  }
  add_sinks();
  messages_.emplace(pipeline_.get(), analysis_);
  if (gst_element_set_state(pipeline_.get(), GST_STATE_READY) == GST_STATE_CHANGE_FAILURE) messages_->fail_to_start();
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
  MessageListener heard;
  heard.application = [&](GstMessage* message) {
    if (!gst_message_has_name(message, kRecordMessage)) return;
    const GValue* sample = gst_structure_get_value(gst_message_get_structure(message), "sample");
    listener.record(bytes_of(gst_value_get_sample(sample)));
  };
  heard.model_warning = listener.model_warning;
  heard.source_warning = listener.source_warning;
  heard.progress = listener.progress;
  messages_->begin(heard);
  for (GstElement* element : analysis_) set_property(element, "source-label", label);
  const Attachment attachment(*this, source);
  InputGate gate(GstPadHandle(gst_element_get_static_pad(source, "src")));
  if (gst_element_set_state(pipeline_.get(), GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE) messages_->fail_to_start();
  messages_->follow(gate, interrupt, heard);
}

}  // namespace blip
