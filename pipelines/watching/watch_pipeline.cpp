#include "pipelines/watching/watch_pipeline.h"

#include <gst/app/gstappsink.h>
#include <gst/pbutils/pbutils.h>

#include <algorithm>
#include <atomic>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "pipelines/elements/element_properties.h"
#include "pipelines/elements/element_record.h"
#include "pipelines/elements/gate_properties.h"
#include "pipelines/elements/model_properties.h"
#include "pipelines/media_input/new_element.h"
#include "pipelines/media_input/url_source.h"
#include "pipelines/watching/picture_branch.h"
#include "plugins/meta/gst_blip_vision_meta.h"

namespace blip {
namespace {

constexpr const char* kScores = "gst-blip-scores";
constexpr const char* kCaption = "gst-blip-caption";

// Hands a record to the bus, so that one thread sees records, warnings, errors and the end in their order.
GstFlowReturn post_record(GstAppSink* sink, gpointer name) {
  const GstSampleHandle sample(gst_app_sink_pull_sample(sink));
  if (!sample) return GST_FLOW_EOS;
  GstStructure* content =
      gst_structure_new(static_cast<const char*>(name), "sample", GST_TYPE_SAMPLE, sample.get(), nullptr);
  gst_element_post_message(GST_ELEMENT(sink), gst_message_new_application(GST_OBJECT(sink), content));
  return GST_FLOW_OK;
}

std::string bytes_of(GstMessage* message) {
  const GValue* sample = gst_structure_get_value(gst_message_get_structure(message), "sample");
  GstBuffer* buffer = gst_sample_get_buffer(gst_value_get_sample(sample));
  std::string bytes(gst_buffer_get_size(buffer), '\0');
  gst_buffer_extract(buffer, 0, bytes.data(), bytes.size());
  return bytes;
}

// The decoder is to see the features of the encoder right before it, and no others: those of the first have been read.
GstPadProbeReturn drop_features(GstPad*, GstPadProbeInfo* info, gpointer) {
  GstBuffer* buffer = GST_PAD_PROBE_INFO_BUFFER(info);
  if (gst_buffer_get_blip_vision_meta(buffer) == nullptr) return GST_PAD_PROBE_OK;
  buffer = gst_buffer_make_writable(buffer);
  gst_buffer_remove_meta(buffer, &gst_buffer_get_blip_vision_meta(buffer)->meta);
  GST_PAD_PROBE_INFO_DATA(info) = buffer;
  return GST_PAD_PROBE_OK;
}

void forget_features_before(GstElement* encoder) {
  const GstPadHandle pad(gst_element_get_static_pad(encoder, "sink"));
  gst_pad_add_probe(pad.get(), GST_PAD_PROBE_TYPE_BUFFER, drop_features, nullptr, nullptr);
}

std::string joined(const std::vector<WatchQuery>& queries) {
  std::string all;
  for (const WatchQuery& query : queries)
    all += (all.empty() ? "" : ";") + std::string(query.negative ? "-" : "") + query.text;
  return all;
}

WatchEvent scores_event(const std::string& json) {
  WatchEvent event{WatchEvent::Kind::kScores, 0, 0, {}, {}, {}};
  const TimedRecord record =
      parse_element_record("blipfilter", json, [&](const nlohmann::json& fields, const TimedRecord&) {
        for (const auto& score : fields.at("scores")) {
          QueryScore& one = event.scores.emplace_back();
          one.text = score.at("query").get<std::string>();
          one.probability = score.at("probability").get<double>();
          if (score.contains("itc")) one.similarity = score.at("itc").get<double>();
        }
      });
  event.start = record.start;
  event.end = record.end;
  return event;
}

WatchEvent caption_event(const std::string& json) {
  const TimedRecord record =
      parse_element_record("blipdecoder", json, [](const nlohmann::json&, const TimedRecord&) {});
  return {WatchEvent::Kind::kCaption, record.start, record.end, {}, record.text, {}};
}

}  // namespace

class WatchPipeline::Impl {
 public:
  Impl(const SessionSettings& settings, const WatchModels& models, PictureTap tap)
      : settings_(settings),
        tap_(std::move(tap)),
        live_(is_live_url(settings.source)),
        url_(is_url(local_path(settings.source))),
        pipeline_(GST_ELEMENT(gst_object_ref_sink(gst_pipeline_new("watch")))),
        bus_(gst_element_get_bus(pipeline_.get())) {
    const GstElementHandle source = make_source_for(settings.source);
    gst_bin_add(GST_BIN(pipeline_.get()), source.get());
    source_pad_.reset(gst_element_get_static_pad(source.get(), "src"));
    pace_ = add("identity", "pace");
    set_property(pace_, "sync", settings.paced && !live_);
    GstElement* split = add("tee", "split");
    link(source.get(), pace_);
    link(pace_, split);
    add_picture_branch(pipeline_.get(), split, source_pad_.get(), tap_, {settings.clips.width, settings.clips.height},
                       /*may_wait=*/url_ && !live_);
    last_ = split;
    add_analysis(models);
    GstElement* end = add("fakesink", "end");
    g_object_set(end, "sync", FALSE, "async", FALSE, "enable-last-sample", FALSE, nullptr);
    link(last_, end);
    GstClock* clock = gst_system_clock_obtain();
    gst_pipeline_use_clock(GST_PIPELINE(pipeline_.get()), clock);
    gst_object_unref(clock);
  }

  void play() { gst_element_set_state(pipeline_.get(), GST_STATE_PLAYING); }

  WatchEvent next(std::chrono::milliseconds longest) {
    const auto until = std::chrono::steady_clock::now() + longest;
    while (true) {
      const auto left =
          std::max(std::chrono::nanoseconds(0), std::chrono::nanoseconds(until - std::chrono::steady_clock::now()));
      const GstMessageHandle message(gst_bus_timed_pop(bus_.get(), static_cast<GstClockTime>(left.count())));
      if (!message) return {};
      if (auto event = read(message.get())) return std::move(*event);
    }
  }

  void set_queries(const std::vector<WatchQuery>& queries) {
    if (filter_ != nullptr) set_property(filter_, "queries", joined(queries));
  }

  void become_live() {
    live_ = true;
    set_property(pace_, "sync", true);
    for (GstElement* element : analysis_) never_wait(element);
  }

  std::int64_t duration() const {
    gint64 duration = 0;
    return gst_pad_query_duration(source_pad_.get(), GST_FORMAT_TIME, &duration) ? std::max<gint64>(duration, 0) : 0;
  }

 private:
  GstElement* add(const char* factory, const char* name) { return add_new_element(pipeline_.get(), factory, name); }

  static void link(GstElement* from, GstElement* to) {
    if (!gst_element_link(from, to))
      throw Error(ErrorKind::kFailed, std::string("cannot link the elements '") + GST_OBJECT_NAME(from) + "' and '" +
                                          GST_OBJECT_NAME(to) + "'");
  }

  static void never_wait(GstElement* element) {
    set_property(element, "leaky", std::string("downstream"));
    set_property(element, "max-in-flight", std::int64_t{1});
  }

  GstElement* add_blip(const char* factory, const char* name, const ModelSettings& model) {
    GstElement* element = add(factory, name);
    set_model_properties(element, model);
    set_gate_properties(element, settings_);
    set_property(element, "post-messages", false);
    set_property(element, "attach", std::string("latest"));
    set_property(element, "source-label", shown_url(settings_.source));
    if (live_) never_wait(element);
    link(last_, element);
    analysis_.push_back(element);
    return last_ = element;
  }

  void add_analysis(const WatchModels& models) {
    const bool matches = models.opened_matcher != nullptr, captions = models.opened_captioner != nullptr;
    if (matches) {
      set_property(add_blip("blipencoder", "encoder", models.matcher), "fps", settings_.fps);
      filter_ = add_blip("blipfilter", "filter", models.matcher);
      set_property(filter_, "queries", joined(settings_.queries));
      set_property(filter_, "k", settings_.candidates);
      // Above -1, so that similarities are computed and told.
      constexpr double kAnySimilarity = -0.9999;
      if (models.opened_matcher->abilities().embed)
        set_property(filter_, "itc-threshold", std::max(kAnySimilarity, settings_.least_similarity));
      add_records(filter_, "scores", kScores);
    }
    if (captions) {
      if (!models.one_vision) {
        GstElement* encoder = add_blip("blipencoder", "caption-encoder", models.captioner);
        set_property(encoder, "fps", settings_.caption_fps);
        if (matches) forget_features_before(encoder);
      }
      GstElement* decoder = add_blip("blipdecoder", "decoder", models.captioner);
      set_property(decoder, "fps", models.one_vision ? settings_.caption_fps : 0);
      add_records(decoder, "captions", kCaption);
    }
  }

  void add_records(GstElement* element, const char* name, const char* message) {
    GstElement* sink = add("appsink", name);
    const GstCapsHandle caps(gst_caps_new_empty_simple("application/x-json"));
    g_object_set(sink, "sync", FALSE, "async", FALSE, "enable-last-sample", FALSE, "caps", caps.get(), nullptr);
    GstAppSinkCallbacks callbacks{};
    callbacks.new_sample = post_record;
    gst_app_sink_set_callbacks(GST_APP_SINK(sink), &callbacks, const_cast<char*>(message), nullptr);
    gst_element_link_pads(element, "text", sink, "sink");
  }

  std::optional<WatchEvent> read(GstMessage* message) {
    switch (GST_MESSAGE_TYPE(message)) {
      case GST_MESSAGE_EOS:
        return WatchEvent{WatchEvent::Kind::kEnd, 0, 0, {}, {}, {}};
      case GST_MESSAGE_ERROR:
        return failure(message);
      case GST_MESSAGE_WARNING:
        return warning(message);
      case GST_MESSAGE_LATENCY:
        gst_bin_recalculate_latency(GST_BIN(pipeline_.get()));
        return std::nullopt;
      case GST_MESSAGE_ELEMENT:
        if (gst_is_missing_plugin_message(message)) missing_.push_back(read_missing_plugin(message));
        return std::nullopt;
      case GST_MESSAGE_APPLICATION:
        if (gst_message_has_name(message, kScores)) return scores_event(bytes_of(message));
        if (gst_message_has_name(message, kCaption)) return caption_event(bytes_of(message));
        return std::nullopt;
      default:
        return std::nullopt;
    }
  }

  WatchEvent failure(GstMessage* message) const {
    GError* raw = nullptr;
    gst_message_parse_error(message, &raw, nullptr);
    const GErrorHandle error(raw);
    WatchEvent event;
    if (is_from_analysis(message)) {
      event.kind = WatchEvent::Kind::kModel;
      event.text = error->message;
    } else {
      event.kind = WatchEvent::Kind::kLost;
      event.failure = judge_source_failure(*error, missing_, url_);
    }
    return event;
  }

  // A source's warnings are for its makers: damaged packets, lost ones.
  std::optional<WatchEvent> warning(GstMessage* message) const {
    if (!is_from_analysis(message)) return std::nullopt;
    GError* raw = nullptr;
    gst_message_parse_warning(message, &raw, nullptr);
    const GErrorHandle error(raw);
    return WatchEvent{WatchEvent::Kind::kWarning, 0, 0, {}, error->message, {}};
  }

  bool is_from_analysis(GstMessage* message) const {
    GstObject* origin = GST_MESSAGE_SRC(message);
    return std::any_of(analysis_.begin(), analysis_.end(), [origin](GstElement* element) {
      return origin == GST_OBJECT(element) || gst_object_has_as_ancestor(origin, GST_OBJECT(element)) == TRUE;
    });
  }

  const SessionSettings settings_;
  const PictureTap tap_;  // lives longer than the pipeline
  std::atomic<bool> live_;
  const bool url_;
  PipelineHandle pipeline_;
  GstBusHandle bus_;
  GstPadHandle source_pad_;
  std::vector<GstElement*> analysis_;  // the pipeline's, in order
  GstElement* pace_ = nullptr;
  GstElement* filter_ = nullptr;  // null: nothing is matched
  GstElement* last_ = nullptr;    // to which the next one is linked
  std::vector<MissingPlugin> missing_;
};

WatchPipeline::WatchPipeline(const SessionSettings& settings, const WatchModels& models, PictureTap tap)
    : impl_(std::make_unique<Impl>(settings, models, std::move(tap))) {}
WatchPipeline::~WatchPipeline() = default;

void WatchPipeline::play() {
  impl_->play();
}
WatchEvent WatchPipeline::next(std::chrono::milliseconds longest) {
  return impl_->next(longest);
}
void WatchPipeline::set_queries(const std::vector<WatchQuery>& queries) {
  impl_->set_queries(queries);
}
void WatchPipeline::become_live() {
  impl_->become_live();
}
std::int64_t WatchPipeline::duration() const {
  return impl_->duration();
}

}  // namespace blip
