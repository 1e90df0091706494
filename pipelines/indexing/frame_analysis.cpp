#include "pipelines/indexing/frame_analysis.h"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>

#include <mutex>
#include <utility>

#include "core/base/error.h"
#include "pipelines/elements/element_properties.h"
#include "pipelines/elements/model_properties.h"
#include "pipelines/indexing/shot_channel.h"
#include "pipelines/media_input/new_element.h"
#include "pipelines/records/model_failure.h"
#include "plugins/meta/gst_blip_result_meta.h"
#include "plugins/meta/gst_blip_vision_meta.h"
#include "plugins/support/features_handle.h"
#include "plugins/support/orientation_tag.h"

namespace blip {
namespace {

constexpr const char* kShotDone = "gst-blip-shot";

std::vector<float> embedding_of(GstBuffer* buffer) {
  const GstStructure* result = gst_blip_buffer_get_result(buffer, GST_BLIP_ITC_META);
  const GValue* value = result == nullptr ? nullptr : gst_structure_get_value(result, "embedding");
  if (value == nullptr || !G_VALUE_HOLDS(value, G_TYPE_BYTES)) return {};
  gsize size = 0;
  const auto* numbers =
      static_cast<const float*>(g_bytes_get_data(static_cast<GBytes*>(g_value_get_boxed(value)), &size));
  return {numbers, numbers + size / sizeof(float)};
}

std::shared_ptr<const ImageFeatures> features_of(GstBuffer* buffer) {
  const GstBlipVisionMeta* meta = gst_buffer_get_blip_vision_meta(buffer);
  if (meta == nullptr) return nullptr;
  const FrameFeaturesPtr content = FeaturesHandle::share(meta->features).content();
  return content ? content->image : nullptr;
}

std::optional<std::string> caption_of(GstBuffer* buffer) {
  const GstStructure* result = gst_blip_buffer_get_result(buffer, GST_BLIP_TEXT_META);
  const gchar* text = result == nullptr ? nullptr : gst_structure_get_string(result, "text");
  return text == nullptr ? std::nullopt : std::optional<std::string>(text);
}

}  // namespace

class FrameAnalysis::Impl {
 public:
  explicit Impl(const AnalysisModels& models);
  AnalysisEnd run(GstElement* source, const InterruptWatch& interrupt, const AnalysisRun& run);

 private:
  class Attachment;

  GstElement* add_analysis(const char* factory, const char* name, const ModelSettings& model);
  GstElement* add_sink(const char* name);
  void watch_encoder(GstElement* encoder);

  // On the decoder's thread.
  static GstFlowReturn on_decoded(GstAppSink* sink, gpointer self);
  static void on_decoded_all(GstAppSink* sink, gpointer self);
  static GstPadProbeReturn on_source_event(GstPad* pad, GstPadProbeInfo* info, gpointer self);
  GstFlowReturn take_decoded(GstSample* sample);
  void send(const SampledShot& shot);
  template <class Body>
  bool guarded(Body&& body);

  // On the models' threads.
  static GstPadProbeReturn on_encoded(GstPad* pad, GstPadProbeInfo* info, gpointer self);
  static GstFlowReturn on_described(GstAppSink* sink, gpointer self);

  void give_done(const AnalysisRun& run);

  PipelineHandle pipeline_;
  GstElement* frames_ = nullptr;   // appsink: decoded frames
  GstElement* chosen_ = nullptr;   // appsrc: those for the models
  GstElement* results_ = nullptr;  // appsink: frames with what the models made of them
  std::vector<GstElement*> analysis_;
  std::optional<RunMessages> messages_;
  bool keep_features_;

  // Of the run: set while nothing flows.
  std::unique_ptr<FrameReader> reader_;
  std::unique_ptr<ShotChannel> channel_;
  GstCapsHandle sent_caps_;
  GstEventHandle orientation_;  // a tag that the models have not been told yet
  std::mutex mutex_;
  std::exception_ptr failure_;  // of the decoder's thread
};

// A source in the playing pipeline; taken out again, whatever happened.
class FrameAnalysis::Impl::Attachment {
 public:
  // The source comes last: what it gives before the appsrc has started would be lost.
  Attachment(Impl& owner, GstElement* source) : owner_(owner), source_(source) {
    if (gst_element_set_state(owner_.pipeline_.get(), GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE) {
      gst_element_set_state(owner_.pipeline_.get(), GST_STATE_READY);
      owner_.messages_->fail_to_start();
    }
    gst_bin_add(GST_BIN(owner_.pipeline_.get()), source_);
    gst_element_link_pads(source_, "src", owner_.frames_, "sink");
  }
  ~Attachment() {
    owner_.channel_->close();
    gst_element_set_state(owner_.pipeline_.get(), GST_STATE_READY);
    gst_element_set_state(source_, GST_STATE_NULL);
    gst_bin_remove(GST_BIN(owner_.pipeline_.get()), source_);
  }
  Attachment(const Attachment&) = delete;
  Attachment& operator=(const Attachment&) = delete;

 private:
  Impl& owner_;
  GstElement* source_;
};

FrameAnalysis::Impl::Impl(const AnalysisModels& models)
    : pipeline_(GST_ELEMENT(gst_object_ref_sink(gst_pipeline_new("indexing")))), keep_features_(models.keep_features) {
  frames_ = add_sink("frames");
  const GstCapsHandle caps(gst_caps_from_string(BLIP_VIDEO_CAPS));
  g_object_set(frames_, "caps", caps.get(), nullptr);
  chosen_ = add_new_element(pipeline_.get(), "appsrc", "chosen");
  g_object_set(chosen_, "format", GST_FORMAT_TIME, "max-bytes", guint64{0}, nullptr);
  GstElement* encoder = add_analysis("blipencoder", "embedder", models.embedder);
  watch_encoder(encoder);
  const bool separate = models.captioner && !models.one_model;
  set_property(encoder, "features", keep_features_ || (models.captioner && models.one_model));
  if (separate) add_analysis("blipencoder", "caption-encoder", *models.captioner);
  if (models.captioner) add_analysis("blipdecoder", "captioner", *models.captioner);
  results_ = add_sink("results");
  gst_element_link_pads(chosen_, "src", analysis_.front(), "sink");
  gst_element_link_pads(analysis_.back(), "src", results_, "sink");

  GstAppSinkCallbacks callbacks{};
  callbacks.new_sample = on_decoded;
  callbacks.eos = on_decoded_all;
  gst_app_sink_set_callbacks(GST_APP_SINK(frames_), &callbacks, this, nullptr);
  callbacks = {};
  callbacks.new_sample = on_described;
  gst_app_sink_set_callbacks(GST_APP_SINK(results_), &callbacks, this, nullptr);
  const GstPadHandle pad(gst_element_get_static_pad(frames_, "sink"));
  gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_source_event, this, nullptr);

  messages_.emplace(pipeline_.get(), analysis_);
  if (gst_element_set_state(pipeline_.get(), GST_STATE_READY) == GST_STATE_CHANGE_FAILURE) messages_->fail_to_start();
}

GstElement* FrameAnalysis::Impl::add_sink(const char* name) {
  GstElement* sink = add_new_element(pipeline_.get(), "appsink", name);
  g_object_set(sink, "sync", FALSE, "async", FALSE, "enable-last-sample", FALSE, "max-buffers", 1u, nullptr);
  return sink;
}

GstElement* FrameAnalysis::Impl::add_analysis(const char* factory, const char* name, const ModelSettings& model) {
  GstElement* element = add_new_element(pipeline_.get(), factory, name);
  set_model_properties(element, model);
  set_property(element, "fps", 0.0);
  set_property(element, "attach", std::string("exact"));
  set_property(element, "gate", std::string("off"));
  set_property(element, "post-messages", false);
  if (!analysis_.empty()) gst_element_link_pads(analysis_.back(), "src", element, "sink");
  analysis_.push_back(element);
  return element;
}

// A second encoder puts its own results in the place of the first one's.
void FrameAnalysis::Impl::watch_encoder(GstElement* encoder) {
  const GstPadHandle pad(gst_element_get_static_pad(encoder, "src"));
  gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_BUFFER, on_encoded, this, nullptr);
}

AnalysisEnd FrameAnalysis::Impl::run(GstElement* source, const InterruptWatch& interrupt, const AnalysisRun& run) {
  MessageListener listener;
  listener.application = [&](GstMessage* message) {
    if (gst_message_has_name(message, kShotDone)) give_done(run);
  };
  listener.model_warning = run.model_warning;
  listener.source_warning = run.source_warning;
  listener.progress = run.progress;
  listener.interrupted = [&] {
    if (!run.endless) channel_->drop_open();
  };
  messages_->begin(listener);
  reader_ = std::make_unique<FrameReader>(run.time_shift);
  channel_ = std::make_unique<ShotChannel>(run);
  sent_caps_.reset();
  orientation_.reset();
  failure_ = nullptr;
  const Attachment attachment(*this, source);
  InputGate gate(GstPadHandle(gst_element_get_static_pad(source, "src")));
  if (gst_element_sync_state_with_parent(source) == FALSE) messages_->fail_to_start();
  messages_->follow(gate, interrupt, listener);
  give_done(run);
  if (!channel_->all_came_out())
    throw Error(ErrorKind::kFailed, "the elements lost a frame; do the plug-in and gst-blip come from one build?");
  return channel_->end();
}

void FrameAnalysis::Impl::give_done(const AnalysisRun& run) {
  {
    const std::lock_guard lock(mutex_);
    if (failure_) std::rethrow_exception(failure_);
  }
  for (AnalysedShot& shot : channel_->take_done()) run.take(std::move(shot));
}

GstPadProbeReturn FrameAnalysis::Impl::on_source_event(GstPad*, GstPadProbeInfo* info, gpointer self) {
  GstEvent* event = GST_PAD_PROBE_INFO_EVENT(info);
  if (GST_EVENT_TYPE(event) != GST_EVENT_TAG) return GST_PAD_PROBE_OK;
  GstTagList* tags = nullptr;
  gst_event_parse_tag(event, &tags);
  if (const auto orientation = orientation_of(tags)) {
    auto& impl = *static_cast<Impl*>(self);
    impl.reader_->set_orientation(*orientation);
    impl.orientation_.reset(gst_event_ref(event));
  }
  return GST_PAD_PROBE_OK;
}

GstFlowReturn FrameAnalysis::Impl::on_decoded(GstAppSink* sink, gpointer self) {
  const GstSampleHandle sample(gst_app_sink_pull_sample(sink));
  return sample ? static_cast<Impl*>(self)->take_decoded(sample.get()) : GST_FLOW_EOS;
}

GstFlowReturn FrameAnalysis::Impl::take_decoded(GstSample* sample) {
  const bool goes_on = guarded([&] {
    DecodedFramePtr frame = reader_->read(sample);
    return frame == nullptr || channel_->decoded(std::move(frame), [&](const SampledShot& shot) { send(shot); });
  });
  return goes_on ? GST_FLOW_OK : GST_FLOW_EOS;
}

void FrameAnalysis::Impl::on_decoded_all(GstAppSink*, gpointer self) {
  auto& impl = *static_cast<Impl*>(self);
  impl.guarded([&] { return impl.channel_->finish([&](const SampledShot& shot) { impl.send(shot); }); });
  gst_app_src_end_of_stream(GST_APP_SRC(impl.chosen_));
}

// What is thrown on a streaming thread is thrown again by the one that runs the analysis.
template <class Body>
bool FrameAnalysis::Impl::guarded(Body&& body) {
  try {
    return body();
  } catch (...) {
    const std::lock_guard lock(mutex_);
    failure_ = std::current_exception();
  }
  gst_element_post_message(frames_,
                           gst_message_new_application(GST_OBJECT(frames_), gst_structure_new_empty(kShotDone)));
  return false;
}

void FrameAnalysis::Impl::send(const SampledShot& shot) {
  if (shot.frame->caps() != sent_caps_.get()) {
    sent_caps_.reset(gst_caps_ref(shot.frame->caps()));
    gst_app_src_set_caps(GST_APP_SRC(chosen_), sent_caps_.get());
  }
  // Behind the caps, as events have to be.
  if (orientation_) gst_element_send_event(chosen_, orientation_.release());
  GstBuffer* buffer = gst_buffer_copy(shot.frame->buffer());
  GST_BUFFER_PTS(buffer) = static_cast<GstClockTime>(shot.frame->time());
  GST_BUFFER_DTS(buffer) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_DURATION(buffer) = static_cast<GstClockTime>(shot.end - shot.frame->time());
  GST_BUFFER_FLAG_UNSET(buffer, GST_BUFFER_FLAG_DISCONT);
  gst_app_src_push_buffer(GST_APP_SRC(chosen_), buffer);
}

GstPadProbeReturn FrameAnalysis::Impl::on_encoded(GstPad*, GstPadProbeInfo* info, gpointer self) {
  auto& impl = *static_cast<Impl*>(self);
  GstBuffer* buffer = GST_PAD_PROBE_INFO_BUFFER(info);
  impl.channel_->encoded(static_cast<std::int64_t>(GST_BUFFER_PTS(buffer)),
                         {embedding_of(buffer), impl.keep_features_ ? features_of(buffer) : nullptr});
  return GST_PAD_PROBE_OK;
}

GstFlowReturn FrameAnalysis::Impl::on_described(GstAppSink* sink, gpointer self) {
  const GstSampleHandle sample(gst_app_sink_pull_sample(sink));
  if (!sample) return GST_FLOW_EOS;
  GstBuffer* buffer = gst_sample_get_buffer(sample.get());
  static_cast<Impl*>(self)->channel_->described(static_cast<std::int64_t>(GST_BUFFER_PTS(buffer)), caption_of(buffer));
  gst_element_post_message(GST_ELEMENT(sink),
                           gst_message_new_application(GST_OBJECT(sink), gst_structure_new_empty(kShotDone)));
  return GST_FLOW_OK;
}

FrameAnalysis::FrameAnalysis(const AnalysisModels& models) : impl_(std::make_unique<Impl>(models)) {}
FrameAnalysis::~FrameAnalysis() = default;

AnalysisEnd FrameAnalysis::run(GstElement* source, const InterruptWatch& interrupt, const AnalysisRun& run) {
  return impl_->run(source, interrupt, run);
}

}  // namespace blip
