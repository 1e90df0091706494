#include "plugins/caption/gst_blip_caption.h"

#include "plugins/caption/caption_analysis.h"

namespace {

enum Property : guint {
  kPrompt = 1,
  kNumBeams,
  kMinLength,
  kMaxLength,
  kTopP,
  kTopK,
  kTemperature,
  kSeed,
  kRepetitionPenalty,
  kBeamScoring,
};

constexpr auto kPlaying =
    static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING);
constexpr auto kControllable = static_cast<GParamFlags>(kPlaying | GST_PARAM_CONTROLLABLE);
constexpr guint kMostTokens = 512;

using Settings = blip::Guarded<blip::CaptionOptions>;

}  // namespace

struct GstBlipCaption {
  GstBlipBase parent;
  Settings* settings;
};

struct GstBlipCaptionClass {
  GstBlipBaseClass parent_class;
};

#define GST_BLIP_CAPTION(obj) (G_TYPE_CHECK_INSTANCE_CAST((obj), GST_TYPE_BLIP_CAPTION, GstBlipCaption))

G_DEFINE_TYPE(GstBlipCaption, gst_blip_caption, GST_TYPE_BLIP_BASE)
GST_ELEMENT_REGISTER_DEFINE(blipcaption, "blipcaption", GST_RANK_NONE, GST_TYPE_BLIP_CAPTION)

static GType gst_blip_beam_scoring_get_type() {
  using blip::BeamScoring;
  static const GEnumValue kValues[] = {
      {static_cast<gint>(BeamScoring::kAuto), "As the checkpoint's layout wants it", "auto"},
      {static_cast<gint>(BeamScoring::kOriginal), "As the original BLIP code scores", "original"},
      {static_cast<gint>(BeamScoring::kTransformers), "As current transformers score", "transformers"},
      {0, nullptr, nullptr}};
  static const GType type = [] {
    const GType registered = g_enum_register_static("GstBlipBeamScoring", kValues);
    gst_type_mark_as_plugin_api(registered, static_cast<GstPluginAPIFlags>(0));
    return registered;
  }();
  return type;
}

static void gst_blip_caption_set_property(GObject* object, guint id, const GValue* value, GParamSpec* spec) {
  GST_BLIP_CAPTION(object)->settings->change([&](blip::CaptionOptions& now) {
    blip::GenerationOptions& generation = now.generation;
    switch (id) {
      case kPrompt:
        now.prompt = blip::string_value(value);
        break;
      case kNumBeams:
        generation.num_beams = g_value_get_uint(value);
        break;
      case kMinLength:
        generation.min_length = g_value_get_uint(value);
        break;
      case kMaxLength:
        generation.max_length = g_value_get_uint(value);
        break;
      case kTopP:
        generation.top_p = g_value_get_double(value);
        generation.sample = generation.top_p > 0;
        break;
      case kTopK:
        generation.top_k = g_value_get_uint(value);
        break;
      case kTemperature:
        generation.temperature = g_value_get_double(value);
        break;
      case kSeed:
        generation.seed = g_value_get_uint64(value);
        break;
      case kRepetitionPenalty:
        generation.repetition_penalty = g_value_get_double(value);
        break;
      case kBeamScoring:
        generation.beam_scoring = static_cast<blip::BeamScoring>(g_value_get_enum(value));
        break;
      default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
        break;
    }
  });
}

static void gst_blip_caption_get_property(GObject* object, guint id, GValue* value, GParamSpec* spec) {
  const blip::CaptionOptions now = GST_BLIP_CAPTION(object)->settings->copy();
  const blip::GenerationOptions& generation = now.generation;
  switch (id) {
    case kPrompt:
      g_value_set_string(value, now.prompt.c_str());
      break;
    case kNumBeams:
      g_value_set_uint(value, static_cast<guint>(generation.num_beams));
      break;
    case kMinLength:
      g_value_set_uint(value, static_cast<guint>(generation.min_length));
      break;
    case kMaxLength:
      g_value_set_uint(value, static_cast<guint>(generation.max_length));
      break;
    case kTopP:
      g_value_set_double(value, generation.sample ? generation.top_p : 0);
      break;
    case kTopK:
      g_value_set_uint(value, static_cast<guint>(generation.top_k));
      break;
    case kTemperature:
      g_value_set_double(value, generation.temperature);
      break;
    case kSeed:
      g_value_set_uint64(value, generation.seed);
      break;
    case kRepetitionPenalty:
      g_value_set_double(value, generation.repetition_penalty);
      break;
    case kBeamScoring:
      g_value_set_enum(value, static_cast<gint>(generation.beam_scoring));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
      break;
  }
}

static void gst_blip_caption_finalize(GObject* object) {
  Settings* settings = GST_BLIP_CAPTION(object)->settings;
  G_OBJECT_CLASS(gst_blip_caption_parent_class)->finalize(object);
  delete settings;
}

static std::unique_ptr<blip::Analysis> gst_blip_caption_make_analysis(GstBlipBase* self) {
  return blip::make_caption_analysis(*GST_BLIP_CAPTION(self)->settings);
}

static void install_uint(GObjectClass* klass, guint id, const char* name, const char* nick, const char* blurb,
                         guint least, guint most, std::int64_t value) {
  g_object_class_install_property(
      klass, id, g_param_spec_uint(name, nick, blurb, least, most, static_cast<guint>(value), kControllable));
}

static void install_double(GObjectClass* klass, guint id, const char* name, const char* nick, const char* blurb,
                           double least, double most, double value) {
  g_object_class_install_property(klass, id, g_param_spec_double(name, nick, blurb, least, most, value, kControllable));
}

static void gst_blip_caption_class_init(GstBlipCaptionClass* klass) {
  const blip::CaptionOptions caption;
  const blip::GenerationOptions& defaults = caption.generation;
  GObjectClass* object = G_OBJECT_CLASS(klass);
  object->set_property = gst_blip_caption_set_property;
  object->get_property = gst_blip_caption_get_property;
  object->finalize = gst_blip_caption_finalize;
  g_object_class_install_property(
      object, kPrompt,
      g_param_spec_string("prompt", "Prompt", "Text that every caption goes on from; it is not part of the caption",
                          caption.prompt.c_str(), kPlaying));
  install_uint(object, kNumBeams, "num-beams", "Number of beams", "Beams of the search (1 = greedy); sampling has none",
               1, 64, defaults.num_beams);
  install_uint(object, kMinLength, "min-length", "Minimum length", "Fewest tokens of a caption, prompt included", 0,
               kMostTokens, defaults.min_length);
  install_uint(object, kMaxLength, "max-length", "Maximum length", "Most tokens of a caption, prompt and end included",
               1, kMostTokens, defaults.max_length);
  install_double(object, kTopP, "top-p", "Top p",
                 "Nucleus sampling: share of the probability to draw from (0 = search with beams instead)", 0, 1, 0);
  install_uint(object, kTopK, "top-k", "Top k", "Sampling: number of most likely tokens to draw from (0 = all)", 0,
               G_MAXINT, defaults.top_k);
  install_double(object, kTemperature, "temperature", "Temperature", "Sampling: below 1 favours likely tokens", 0.001,
                 1000, defaults.temperature);
  g_object_class_install_property(
      object, kSeed,
      g_param_spec_uint64("seed", "Seed", "Sampling: start of the random numbers of each frame", 0, G_MAXUINT64,
                          defaults.seed, kPlaying));
  install_double(object, kRepetitionPenalty, "repetition-penalty", "Repetition penalty",
                 "Above 1 discourages tokens that the caption has already (1 = off)", 0.001, 1000,
                 defaults.repetition_penalty);
  g_object_class_install_property(
      object, kBeamScoring,
      g_param_spec_enum("beam-scoring", "Beam scoring", "Whose way of scoring finished beams is followed",
                        gst_blip_beam_scoring_get_type(), static_cast<gint>(defaults.beam_scoring), kPlaying));

  gst_element_class_set_static_metadata(GST_ELEMENT_CLASS(klass), "BLIP captioner", "Filter/Analyzer/Video/Text",
                                        "Says what is to be seen in a video, as timed text", "gst-blip");
  reinterpret_cast<GstBlipBaseClass*>(klass)->make_analysis = gst_blip_caption_make_analysis;
}

static void gst_blip_caption_init(GstBlipCaption* self) {
  self->settings = new Settings;
}
