#include "plugins/support/base_settings.h"

namespace blip {
namespace {

enum Property : guint {
  kNone,
  kModel,
  kVocab,
  kConfig,
  kDevice,
  kPrecision,
  kNumThreads,
  kFps,
  kCueMode,
  kPostMessages,
  kSourceLabel,
};

constexpr auto kReady = static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY);
constexpr auto kPlaying =
    static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING);
constexpr auto kControllable = static_cast<GParamFlags>(kPlaying | GST_PARAM_CONTROLLABLE);

GType cue_mode_type() {
  static const GEnumValue kValues[] = {
      {static_cast<gint>(CueMode::kImmediate), "A cue a sampled frame, as soon as its text is known", "immediate"},
      {static_cast<gint>(CueMode::kCoalesce), "Equal consecutive texts are one cue, given out when it ends",
       "coalesce"},
      {0, nullptr, nullptr}};
  static const GType type = [] {
    const GType registered = g_enum_register_static("GstBlipCueMode", kValues);
    gst_type_mark_as_plugin_api(registered, static_cast<GstPluginAPIFlags>(0));
    return registered;
  }();
  return type;
}

void install_string(GObjectClass* klass, guint id, const char* name, const char* nick, const char* blurb,
                    const char* otherwise, GParamFlags flags) {
  g_object_class_install_property(klass, id, g_param_spec_string(name, nick, blurb, otherwise, flags));
}

}  // namespace

std::string string_value(const GValue* value) {
  const gchar* text = g_value_get_string(value);
  return text == nullptr ? "" : text;
}

void install_base_properties(GObjectClass* klass) {
  const ModelOptions model;
  const BaseSettings base;
  install_string(
      klass, kModel, "model", "Model",
      "Checkpoint: a Hugging Face directory, an original .pth file, or Salesforce/NAME in the local Hugging Face "
      "cache (default: $GST_BLIP_MODEL, else the small model shipped with gst-blip)",
      nullptr, static_cast<GParamFlags>(kReady | GST_PARAM_DOC_SHOW_DEFAULT));
  install_string(klass, kVocab, "vocab", "Vocabulary", "vocab.txt of the model (default: beside the model)", nullptr,
                 kReady);
  install_string(klass, kConfig, "config", "Configuration",
                 "config.json with the sizes of an original .pth (default: beside the model)", nullptr, kReady);
  install_string(klass, kDevice, "device", "Device", "Where the model runs: auto, cpu, cuda or cuda:N",
                 model.device.c_str(), kReady);
  install_string(klass, kPrecision, "precision", "Precision",
                 "Number format of the model: auto, float32, bfloat16 or float16", model.precision.c_str(), kReady);
  g_object_class_install_property(klass, kNumThreads,
                                  g_param_spec_uint("num-threads", "Number of threads",
                                                    "Threads of the model, for the whole process (0 = all cores)", 0,
                                                    1024, static_cast<guint>(model.num_threads), kReady));
  g_object_class_install_property(
      klass, kFps,
      g_param_spec_double("fps", "Frames per second",
                          "Frames analysed a second of stream time: the first at or after each multiple of 1/fps "
                          "(0 = every frame)",
                          0, 1000, base.fps, kControllable));
  g_object_class_install_property(
      klass, kCueMode,
      g_param_spec_enum("cue-mode", "Cue mode", "When text leaves the text pad, and for how long it stands",
                        cue_mode_type(), static_cast<gint>(base.cue_mode), kReady));
  g_object_class_install_property(
      klass, kPostMessages,
      g_param_spec_boolean("post-messages", "Post messages", "Post an element message for each analysed frame",
                           base.post_messages, kPlaying));
  install_string(klass, kSourceLabel, "source-label", "Source label",
                 "Name of the video in messages and JSON records (default: its stream id)", nullptr, kPlaying);
}

bool set_base_property(Guarded<BaseSettings>& settings, guint id, const GValue* value) {
  if (id == kNone || id > kSourceLabel) return false;
  settings.change([&](BaseSettings& now) {
    switch (id) {
      case kModel:
        now.model.model = string_value(value);
        break;
      case kVocab:
        now.model.vocab = string_value(value);
        break;
      case kConfig:
        now.model.config = string_value(value);
        break;
      case kDevice:
        now.model.device = string_value(value);
        break;
      case kPrecision:
        now.model.precision = string_value(value);
        break;
      case kNumThreads:
        now.model.num_threads = static_cast<int>(g_value_get_uint(value));
        break;
      case kFps:
        now.fps = g_value_get_double(value);
        break;
      case kCueMode:
        now.cue_mode = static_cast<CueMode>(g_value_get_enum(value));
        break;
      case kPostMessages:
        now.post_messages = g_value_get_boolean(value) != FALSE;
        break;
      case kSourceLabel:
        now.source_label = string_value(value);
        break;
      default:
        break;
    }
  });
  return true;
}

bool get_base_property(const Guarded<BaseSettings>& settings, guint id, GValue* value) {
  const BaseSettings now = settings.copy();
  const auto give = [value](const std::string& text) {
    g_value_set_string(value, text.empty() ? nullptr : text.c_str());
  };
  switch (id) {
    case kModel:
      give(now.model.model);
      return true;
    case kVocab:
      give(now.model.vocab);
      return true;
    case kConfig:
      give(now.model.config);
      return true;
    case kDevice:
      give(now.model.device);
      return true;
    case kPrecision:
      give(now.model.precision);
      return true;
    case kNumThreads:
      g_value_set_uint(value, static_cast<guint>(now.model.num_threads));
      return true;
    case kFps:
      g_value_set_double(value, now.fps);
      return true;
    case kCueMode:
      g_value_set_enum(value, static_cast<gint>(now.cue_mode));
      return true;
    case kPostMessages:
      g_value_set_boolean(value, now.post_messages);
      return true;
    case kSourceLabel:
      give(now.source_label);
      return true;
    default:
      return false;
  }
}

}  // namespace blip
