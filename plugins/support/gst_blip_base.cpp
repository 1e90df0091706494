#include "plugins/support/gst_blip_base.h"

#include "plugins/support/base_state.h"
#include "plugins/support/element_messages.h"
#include "plugins/support/engine_loader.h"
#include "plugins/support/flow_guard.h"

GST_DEBUG_CATEGORY_STATIC(gst_blip_base_debug);
#define GST_CAT_DEFAULT gst_blip_base_debug

namespace blip {
namespace {

constexpr guint kFirst = 1;

GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS(BLIP_VIDEO_CAPS));
GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS(BLIP_VIDEO_CAPS));
GstStaticPadTemplate text_template =
    GST_STATIC_PAD_TEMPLATE("text", GST_PAD_SRC, GST_PAD_REQUEST, GST_STATIC_CAPS(BLIP_TEXT_CAPS));

BaseState& state_of(gpointer element) {
  return *GST_BLIP_BASE(element)->state;
}

GstStructure* stats_of(BaseState& state) {
  const Counters& counters = state.counters;
  const std::uint64_t analysed = counters.analysed, failed = counters.failed, done = analysed + failed;
  const auto model = state.open_model.model();
  const ModelCounters of_model = model ? model->counters() : ModelCounters();
  const std::string error = state.last_error.copy();
  return gst_structure_new(
      "application/x-blip-stats", "frames", G_TYPE_UINT64, counters.frames.load(), "sampled", G_TYPE_UINT64,
      counters.sampled.load(), "analysed", G_TYPE_UINT64, analysed, "gated-duplicate", G_TYPE_UINT64,
      counters.gated_duplicate.load(), "gated-similar", G_TYPE_UINT64, counters.gated_similar.load(), "skipped",
      G_TYPE_UINT64, counters.skipped.load(), "failed", G_TYPE_UINT64, failed, "waiting", G_TYPE_UINT64,
      static_cast<guint64>(state.worker.waiting()), "mean-analysis-time", G_TYPE_UINT64,
      done == 0 ? guint64{0} : counters.analysis_time / done, "latency", G_TYPE_UINT64,
      static_cast<guint64>(state.measured_latency.load()), "images-encoded", G_TYPE_UINT64, of_model.images_encoded,
      "features-reused", G_TYPE_UINT64, of_model.features_reused, "vision-batches", G_TYPE_UINT64,
      of_model.vision_batches, "decode-steps", G_TYPE_UINT64, of_model.decode_steps, "last-error", G_TYPE_STRING,
      error.empty() ? nullptr : error.c_str(), nullptr);
}

}  // namespace

BaseState::BaseState(GstBlipBase* self)
    : element(GST_ELEMENT(self)), text([this] { return video.pushing_for(); }), worker(base_worker_hooks(*this)) {}

std::string BaseState::source() const {
  const std::string label = settings.copy().source_label;
  return label.empty() ? stream_id.copy() : label;
}

std::int64_t BaseState::promised_latency() const {
  const std::int64_t set = settings.snapshot()->latency;
  return set > 0 ? set * static_cast<std::int64_t>(GST_MSECOND) : measured_latency.load();
}

void StreamPosition::begin_part() {
  ++part;
  due = 0;
  schedule.reset();
  windows.reset();
  last_start.reset();
  last_end.reset();
}

PadPtr BaseState::current_text_pad() {
  const std::lock_guard lock(text_pad_mutex);
  return text_pad ? share(text_pad.get()) : nullptr;
}

gboolean base_sink_activate_mode(GstPad*, GstObject* parent, GstPadMode mode, gboolean active) {
  if (mode != GST_PAD_MODE_PUSH) return FALSE;
  state_of(parent).worker.set_flushing(!active);
  return TRUE;
}

gboolean base_src_activate_mode(GstPad* pad, GstObject* parent, GstPadMode mode, gboolean active) {
  if (mode != GST_PAD_MODE_PUSH) return FALSE;
  state_of(parent).video.set_flushing(!active);
  return active ? gst_pad_start_task(pad, base_src_loop, pad, nullptr) : gst_pad_stop_task(pad);
}

gboolean base_text_activate_mode(GstPad* pad, GstObject* parent, GstPadMode mode, gboolean active) {
  if (mode != GST_PAD_MODE_PUSH) return FALSE;
  state_of(parent).text.set_pad_active(active);
  return active ? gst_pad_start_task(pad, base_text_loop, pad, nullptr) : gst_pad_stop_task(pad);
}

namespace {

// NULL -> READY.
bool open_engine(BaseState& state) {
  const auto engine = load_engine();
  if (!engine.ok()) {
    post_error(state.element, engine.failure());
    return false;
  }
  state.engine = engine.value();
  if (!state.analysis)
    state.analysis = GST_BLIP_BASE_GET_CLASS(state.element)->make_analysis(GST_BLIP_BASE(state.element));
  return true;
}

// READY -> PAUSED.
void start(BaseState& state) {
  const Handover::Inside inside(state.handover);
  state.stream = StreamPosition();
  state.text.clear();
  state.text.set_mode(state.settings.snapshot()->cue_mode);
  state.text.set_max_age({});
  state.latency_meter.reset();
  state.measured_latency = 0;
  state.failures_in_a_row = 0;
  state.analysed_part = 0;
  state.told_mismatch = state.told_delay = false;
  state.analyse_now = state.reload = false;
  state.live = state.exact = false;
  state.last_error.change([](std::string& now) { now.clear(); });
  state.analysis->restart();
  state.gate.reset();
  state.upstream_eos = false;
  Counters& counters = state.counters;
  for (auto* counter : {&counters.frames, &counters.sampled, &counters.analysed, &counters.skipped, &counters.failed,
                        &counters.analysis_time, &counters.gated_duplicate, &counters.gated_similar}) {
    *counter = 0;
  }
  state.worker.start();
}

// PAUSED -> READY, before the pads stop: nobody may go on waiting.
void interrupt(BaseState& state) {
  state.worker.set_flushing(true);
  state.video.set_flushing(true);
}

void stop(BaseState& state) {
  const Handover::Inside inside(state.handover);
  state.worker.stop();
  state.gate.reset();
  state.open_model.reset();
  state.text.clear();
  state.stream = StreamPosition();
}

bool has_reader_properties(GObject* element) {
  return g_object_class_find_property(G_OBJECT_GET_CLASS(element), reader_properties().name(0)) != nullptr;
}

// A task that is stuck downstream would never end; its branch is flushed when a moment of waiting does not help.
void stop_text_task(BaseState& state, GstPad* pad) {
  constexpr std::chrono::milliseconds kPatience{100};
  state.text.set_pad_active(false);
  const bool stuck = !state.text.wait_done(kPatience);
  if (stuck) gst_pad_push_event(pad, gst_event_new_flush_start());
  gst_pad_set_active(pad, FALSE);
  const PadPtr peer(gst_pad_get_peer(pad));
  if (stuck && peer) gst_pad_send_event(peer.get(), gst_event_new_flush_stop(FALSE));
}

}  // namespace
}  // namespace blip

using blip::state_of;

G_DEFINE_ABSTRACT_TYPE_WITH_CODE(GstBlipBase, gst_blip_base, GST_TYPE_ELEMENT,
                                 GST_DEBUG_CATEGORY_INIT(gst_blip_base_debug, "blipbase", 0,
                                                         "base of the BLIP elements"))

static GstStateChangeReturn gst_blip_base_change_state(GstElement* element, GstStateChange transition) {
  auto& state = state_of(element);
  const blip::Handover::Inside inside(state.handover);
  const auto parent = GST_ELEMENT_CLASS(gst_blip_base_parent_class)->change_state;
  return blip::guarded(element, GST_STATE_CHANGE_FAILURE, [&] {
    if (transition == GST_STATE_CHANGE_NULL_TO_READY && !blip::open_engine(state)) return GST_STATE_CHANGE_FAILURE;
    if (transition == GST_STATE_CHANGE_READY_TO_PAUSED) blip::start(state);
    if (transition == GST_STATE_CHANGE_PAUSED_TO_READY) blip::interrupt(state);
    const GstStateChangeReturn result = parent(element, transition);
    const bool failed_start = transition == GST_STATE_CHANGE_READY_TO_PAUSED && result == GST_STATE_CHANGE_FAILURE;
    if (transition == GST_STATE_CHANGE_PAUSED_TO_READY || failed_start) blip::stop(state);
    if (transition == GST_STATE_CHANGE_READY_TO_NULL) state.analysis.reset();
    return result;
  });
}

static GstPad* gst_blip_base_request_new_pad(GstElement* element, GstPadTemplate* templ, const gchar*, const GstCaps*) {
  auto& state = state_of(element);
  blip::PadPtr pad;
  {
    const std::lock_guard lock(state.text_pad_mutex);
    if (state.text_pad) {
      GST_WARNING_OBJECT(element, "there is one text pad already");
      return nullptr;
    }
    pad.reset(GST_PAD(gst_object_ref_sink(gst_pad_new_from_template(templ, "text"))));
    state.text_pad = blip::share(pad.get());
    state.text_out = std::make_unique<blip::TextPad>(pad.get());
  }
  gst_pad_set_event_function(pad.get(), blip::base_src_event);
  gst_pad_set_query_function(pad.get(), blip::base_text_query);
  gst_pad_set_activatemode_function(pad.get(), blip::base_text_activate_mode);
  gst_pad_set_iterate_internal_links_function(pad.get(), blip::base_internal_links);
  state.text.set_wanted(true);
  if (!gst_element_add_pad(element, pad.get())) return nullptr;
  return pad.get();
}

static void gst_blip_base_release_pad(GstElement* element, GstPad* pad) {
  auto& state = state_of(element);
  const blip::Handover::Inside inside(state.handover);
  const blip::PadPtr kept = blip::share(pad);
  state.text.set_wanted(false);
  blip::stop_text_task(state, pad);
  {
    const std::lock_guard lock(state.text_pad_mutex);
    state.text_pad.reset();
    state.text_out.reset();
  }
  gst_element_remove_pad(element, pad);
}

static void gst_blip_base_analyze_now(GstBlipBase* self) {
  state_of(self).analyse_now = true;
}

static void gst_blip_base_reload_model(GstBlipBase* self) {
  state_of(self).reload = true;
}

namespace blip {

guint install_base_properties(GObjectClass* klass, bool reads_features, const BaseSettings& defaults) {
  guint next = base_properties().install(klass, kFirst, defaults);
  if (reads_features) next = reader_properties().install(klass, next, defaults);
  g_object_class_install_property(
      klass, next,
      g_param_spec_boxed("stats", "Statistics",
                         "Since the last start: frames, sampled, analysed (gated-duplicate and gated-similar of "
                         "them without the model), skipped, failed, waiting (counts), mean-analysis-time, latency "
                         "(ns), last-error; of the model, with all who share it: "
                         "images-encoded, features-reused, vision-batches, decode-steps",
                         GST_TYPE_STRUCTURE, static_cast<GParamFlags>(G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)));
  return next + 1;
}

bool set_base_property(GObject* element, guint id, const GValue* value) {
  auto& settings = state_of(element).settings;
  const guint index = id - kFirst, common = base_properties().size();
  if (index < common) return base_properties().set(settings, index, value);
  return has_reader_properties(element) && reader_properties().set(settings, index - common, value);
}

bool get_base_property(GObject* element, guint id, GValue* value) {
  BaseState& state = state_of(element);
  guint index = id - kFirst;
  if (base_properties().get(state.settings, index, value)) return true;
  index -= base_properties().size();
  if (has_reader_properties(element)) {
    if (reader_properties().get(state.settings, index, value)) return true;
    index -= reader_properties().size();
  }
  if (index != 0) return false;
  g_value_take_boxed(value, stats_of(state));
  return true;
}

void open_model_quietly(gpointer element) {
  state_of(element).opens_quietly = true;
}

Guarded<BaseSettings>& base_settings_of(gpointer element) {
  return state_of(element).settings;
}

}  // namespace blip

static void gst_blip_base_finalize(GObject* object) {
  blip::BaseState* state = GST_BLIP_BASE(object)->state;
  { const blip::Handover::Inside last(state->handover); }
  delete state;
  G_OBJECT_CLASS(gst_blip_base_parent_class)->finalize(object);
}

static void gst_blip_base_class_init(GstBlipBaseClass* klass) {
  GObjectClass* object = G_OBJECT_CLASS(klass);
  object->finalize = gst_blip_base_finalize;
  const auto action = [klass](const char* name, GCallback handler) {
    g_signal_new_class_handler(name, G_TYPE_FROM_CLASS(klass),
                               static_cast<GSignalFlags>(G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION), handler, nullptr,
                               nullptr, nullptr, G_TYPE_NONE, 0);
  };
  action("analyze-now", G_CALLBACK(gst_blip_base_analyze_now));
  action("reload-model", G_CALLBACK(gst_blip_base_reload_model));

  GstElementClass* element = GST_ELEMENT_CLASS(klass);
  element->change_state = GST_DEBUG_FUNCPTR(gst_blip_base_change_state);
  element->request_new_pad = GST_DEBUG_FUNCPTR(gst_blip_base_request_new_pad);
  element->release_pad = GST_DEBUG_FUNCPTR(gst_blip_base_release_pad);
  gst_element_class_add_static_pad_template(element, &blip::sink_template);
  gst_element_class_add_static_pad_template(element, &blip::src_template);
  gst_element_class_add_static_pad_template(element, &blip::text_template);
  gst_type_mark_as_plugin_api(GST_TYPE_BLIP_BASE, static_cast<GstPluginAPIFlags>(0));
}

static void gst_blip_base_init(GstBlipBase* self) {
  auto& state = *new blip::BaseState(self);
  state.sink = gst_pad_new_from_static_template(&blip::sink_template, "sink");
  gst_pad_set_chain_function(state.sink, GST_DEBUG_FUNCPTR(blip::base_chain));
  gst_pad_set_event_full_function(state.sink, GST_DEBUG_FUNCPTR(blip::base_sink_event));
  gst_pad_set_query_function(state.sink, GST_DEBUG_FUNCPTR(blip::base_sink_query));
  gst_pad_set_activatemode_function(state.sink, GST_DEBUG_FUNCPTR(blip::base_sink_activate_mode));
  gst_pad_set_iterate_internal_links_function(state.sink, GST_DEBUG_FUNCPTR(blip::base_internal_links));
  gst_element_add_pad(GST_ELEMENT(self), state.sink);

  state.src = gst_pad_new_from_static_template(&blip::src_template, "src");
  gst_pad_set_event_function(state.src, GST_DEBUG_FUNCPTR(blip::base_src_event));
  gst_pad_set_query_function(state.src, GST_DEBUG_FUNCPTR(blip::base_src_query));
  gst_pad_set_activatemode_function(state.src, GST_DEBUG_FUNCPTR(blip::base_src_activate_mode));
  gst_pad_set_iterate_internal_links_function(state.src, GST_DEBUG_FUNCPTR(blip::base_internal_links));
  gst_pad_use_fixed_caps(state.src);
  gst_element_add_pad(GST_ELEMENT(self), state.src);
  self->state = &state;
}
