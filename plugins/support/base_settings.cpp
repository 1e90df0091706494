#include "plugins/support/base_settings.h"

namespace blip {
namespace {

constexpr guint kMostMilliseconds = 600'000;

GType cue_mode_type() {
  static const GEnumValue kValues[] = {
      {static_cast<gint>(CueMode::kImmediate), "A cue a sampled frame, as soon as its text is known", "immediate"},
      {static_cast<gint>(CueMode::kCoalesce), "Equal consecutive texts are one cue, given out when it ends",
       "coalesce"},
      {0, nullptr, nullptr}};
  static const GType type = register_choices("GstBlipCueMode", kValues);
  return type;
}

GType trigger_type() {
  static const GEnumValue kValues[] = {
      {static_cast<gint>(Trigger::kAuto), "Every frame that is due", "auto"},
      {static_cast<gint>(Trigger::kEvent), "Only after a blip/trigger event or analyze-now", "event"},
      {static_cast<gint>(Trigger::kRoi), "Only frames with a region of interest", "roi"},
      {0, nullptr, nullptr}};
  static const GType type = register_choices("GstBlipTrigger", kValues);
  return type;
}

GType gate_type() {
  static const GEnumValue kValues[] = {
      {static_cast<gint>(GateRule::kOff), "Every frame is analysed", "off"},
      {static_cast<gint>(GateRule::kDuplicate), "Frames equal to the last one analysed have its result", "duplicate"},
      {static_cast<gint>(GateRule::kSimilar), "Frames that differ little from the last one analysed, too", "similar"},
      {0, nullptr, nullptr}};
  static const GType type = register_choices("GstBlipGate", kValues);
  return type;
}

GType attach_type() {
  static const GEnumValue kValues[] = {
      {static_cast<gint>(Attach::kAuto), "Latest when upstream is live, else exact", "auto"},
      {static_cast<gint>(Attach::kExact), "A frame leaves with its own result", "exact"},
      {static_cast<gint>(Attach::kLatest), "No frame waits; the newest result rides on the next frame", "latest"},
      {0, nullptr, nullptr}};
  static const GType type = register_choices("GstBlipAttach", kValues);
  return type;
}

GType leaky_type() {
  static const GEnumValue kValues[] = {
      {static_cast<gint>(Leaky::kAuto), "Downstream when upstream is live, else no", "auto"},
      {static_cast<gint>(Leaky::kNo), "No analysis is skipped: the video waits", "no"},
      {static_cast<gint>(Leaky::kUpstream), "The newest analysis is skipped", "upstream"},
      {static_cast<gint>(Leaky::kDownstream), "The analysis that waits is skipped for the newest", "downstream"},
      {0, nullptr, nullptr}};
  static const GType type = register_choices("GstBlipLeaky", kValues);
  return type;
}

GType on_mismatch_type() {
  static const GEnumValue kValues[] = {
      {static_cast<gint>(OnMismatch::kError), "An error ends the stream", "error"},
      {static_cast<gint>(OnMismatch::kRecompute), "This element's own model looks at the frame", "recompute"},
      {static_cast<gint>(OnMismatch::kSkip), "The frame passes without a result", "skip"},
      {0, nullptr, nullptr}};
  static const GType type = register_choices("GstBlipOnMismatch", kValues);
  return type;
}

}  // namespace

const PropertyTable<BaseSettings>& base_properties() {
  using T = PropertyTable<BaseSettings>;
  constexpr auto kComputed = static_cast<GParamFlags>(kMutableReady | GST_PARAM_DOC_SHOW_DEFAULT);
  static const T table = {
      T::text(
          {"model", "Model",
           "Checkpoint of BLIP or BLIP-2: a Hugging Face directory, an original .pth file, or Salesforce/NAME in the "
           "local Hugging Face cache (default: $GST_BLIP_MODEL, else the small model shipped with gst-blip)"},
          kComputed, [](auto& s) -> auto& { return s.model.model; }),
      T::text(
          {"vocab", "Vocabulary", "vocab.txt of the model (default: beside the model)"}, kMutableReady,
          [](auto& s) -> auto& { return s.model.vocab; }),
      T::text(
          {"config", "Configuration", "config.json with the sizes of an original .pth (default: beside the model)"},
          kMutableReady, [](auto& s) -> auto& { return s.model.config; }),
      T::text(
          {"model-instance-id", "Model instance",
           "Elements that name the same instance share one copy of a model; by default all do"},
          kMutableReady, [](auto& s) -> auto& { return s.model.instance; }),
      T::text(
          {"device", "Device", "Where the model runs: auto, cpu, cuda, cuda:N or torch (LibTorch on the CPU)"},
          kMutableReady, [](auto& s) -> auto& { return s.model.device; }),
      T::text(
          {"precision", "Precision",
           "Number format of the model: auto (float32), float32, bfloat16, int8, int4 (BLIP-2's language model) or "
           "float16"},
          kMutableReady, [](auto& s) -> auto& { return s.model.precision; }),
      T::number(
          {"num-threads", "Number of threads", "Threads of the model, for the whole process (0 = all cores)"}, 0, 1024,
          kMutableReady, [](auto& s) -> auto& { return s.model.num_threads; }),
      T::big_number(
          {"cache-size", "Cache size",
           "Memory for features and what is derived from them, for the whole process, in MB"},
          kMutableReady, [](auto& s) -> auto& { return s.cache_size; }),
      T::real(
          {"fps", "Frames per second",
           "Frames analysed a second of stream time: the first at or after each multiple of 1/fps (0 = every "
           "frame)"},
          0, 1000, kControllable, [](auto& s) -> auto& { return s.fps; }),
      T::number(
          {"inference-interval", "Inference interval", "Of the frames that are due, every Nth is analysed"}, 1,
          G_MAXINT, kMutablePlaying, [](auto& s) -> auto& { return s.inference_interval; }),
      T::choice(
          {"trigger", "Trigger", "Which of the frames that are due are analysed"}, trigger_type, kMutablePlaying,
          [](auto& s) -> auto& { return s.trigger; }),
      T::choice(
          {"gate", "Gate", "Which frames have the result of the last one analysed instead of an analysis"}, gate_type,
          kMutablePlaying, [](auto& s) -> auto& { return s.gate.rule; }),
      T::real(
          {"gate-threshold", "Gate threshold",
           "gate=similar: largest difference from the last frame analysed, in levels of 255 (mean absolute difference "
           "of luma or chroma in the 64th of the picture where it is largest)"},
          0, 255, kMutablePlaying, [](auto& s) -> auto& { return s.gate.threshold; }),
      T::choice(
          {"attach", "Attach", "How results get onto the video"}, attach_type, kMutableReady,
          [](auto& s) -> auto& { return s.attach; }),
      T::number(
          {"max-in-flight", "Maximum in flight",
           "Analyses at the model at the same time (0 = 1 when upstream is live, else 4)"},
          0, 64, kMutablePlaying, [](auto& s) -> auto& { return s.max_in_flight; }),
      T::choice(
          {"leaky", "Leaky", "Which analysis is skipped when the model is slower than the stream"}, leaky_type,
          kMutablePlaying, [](auto& s) -> auto& { return s.leaky; }),
      T::number(
          {"batch-size", "Batch size", "Most requests of all streams that the model runs together (0 = 8)"}, 0, 256,
          kMutableReady, [](auto& s) -> auto& { return s.batch_size; }),
      T::number(
          {"batch-timeout", "Batch timeout",
           "How long a request may wait for others to run together with, in milliseconds"},
          0, 10'000, kMutableReady, [](auto& s) -> auto& { return s.batch_timeout; }),
      T::number(
          {"latency", "Latency",
           "Delay promised for the text (and, with attach=exact, the video) of live streams, in milliseconds "
           "(0 = as measured)"},
          0, kMostMilliseconds, kMutablePlaying, [](auto& s) -> auto& { return s.latency; }),
      T::number(
          {"lateness", "Lateness",
           "How much later than its frames text is to be shown, in milliseconds, so that overlays do not drop it"},
          0, kMostMilliseconds, kMutableReady, [](auto& s) -> auto& { return s.lateness; }),
      T::number(
          {"max-errors", "Maximum errors", "Failed analyses in a row that end the stream"}, 1, G_MAXINT,
          kMutablePlaying, [](auto& s) -> auto& { return s.max_errors; }),
      T::flag(
          {"post-messages", "Post messages", "Post element messages about what is found"}, kMutablePlaying,
          [](auto& s) -> auto& { return s.post_messages; }),
      T::text(
          {"source-label", "Source label",
           "Name of the video in messages, metadata and JSON records (default: its stream id)"},
          kMutablePlaying, [](auto& s) -> auto& { return s.source_label; }),
      T::choice(
          {"cue-mode", "Cue mode", "When text leaves the text pad, and for how long it stands"}, cue_mode_type,
          kMutableReady, [](auto& s) -> auto& { return s.cue_mode; }),
      T::big_number(
          {"cue-duration", "Cue duration",
           "How long the text of a frame stands, in nanoseconds (0 = until the next frame is analysed)"},
          kMutablePlaying, [](auto& s) -> auto& { return s.cue_duration; }),
      T::big_number(
          {"max-age", "Maximum age",
           "On live streams, how long text stands, and results are attached, without news from the source, "
           "in nanoseconds"},
          kMutablePlaying, [](auto& s) -> auto& { return s.max_age; }),
      T::number(
          {"line-length", "Line length", "Longest line of a cue in characters, broken between words (0 = one line)"}, 0,
          1000, kMutablePlaying, [](auto& s) -> auto& { return s.line_length; }),
      T::text(
          {"language-code", "Language code", "ISO 639 code of the text pad's language tag"}, kMutableReady,
          [](auto& s) -> auto& { return s.language_code; }),
  };
  return table;
}

const PropertyTable<BaseSettings>& reader_properties() {
  using T = PropertyTable<BaseSettings>;
  static const T table = {
      T::choice(
          {"on-mismatch", "On mismatch",
           "What happens to frames whose features were made with other weights than this element's model has"},
          on_mismatch_type, kMutableReady, [](auto& s) -> auto& { return s.on_mismatch; }),
  };
  return table;
}

}  // namespace blip
