#include "plugins/caption/shown_properties.h"

namespace blip {

const std::vector<ShownProperty>& shown_properties() {
  static const std::vector<ShownProperty> kShown = {
      {"model", true, true},
      {"vocab", true, true},
      {"config", true, true},
      {"model-instance-id", true, true},
      {"device", true, true},
      {"precision", true, true},
      {"num-threads", true, true},
      {"cache-size", true, true},
      {"batch-size", true, true},
      {"batch-timeout", true, true},
      {"max-in-flight", true, true},
      {"leaky", true, true},
      {"max-errors", true, true},
      {"source-label", true, true},
      {"fps", true, false},
      {"inference-interval", true, false},
      {"trigger", true, false},
      {"gate", true, true},
      {"gate-threshold", true, true},
      {"attach", false, true},
      {"latency", false, true},
      {"lateness", false, true},
      {"post-messages", false, true},
      {"cue-mode", false, true},
      {"cue-duration", false, true},
      {"max-age", true, true},
      {"line-length", false, true},
      {"language-code", false, true},
      {"task", false, true},
      {"prompt", false, true},
      {"question", false, true},
      {"instruction", false, true},
      {"history", false, true},
      {"history-turns", false, true},
      {"min-confidence", false, true},
      {"frames", false, true},
      {"window", false, true},
      {"overlap", false, true},
      {"num-beams", false, true},
      {"min-length", false, true},
      {"max-length", false, true},
      {"top-p", false, true},
      {"top-k", false, true},
      {"temperature", false, true},
      {"seed", false, true},
      {"repetition-penalty", false, true},
      {"length-penalty", false, true},
      {"beam-scoring", false, true},
  };
  return kShown;
}

GParamSpec* declare_like(GParamSpec* property) {
  const char* name = g_param_spec_get_name(property);
  const char* nick = g_param_spec_get_nick(property);
  const char* blurb = g_param_spec_get_blurb(property);
  const GParamFlags flags = property->flags;
  if (G_IS_PARAM_SPEC_STRING(property))
    return g_param_spec_string(name, nick, blurb, G_PARAM_SPEC_STRING(property)->default_value, flags);
  if (G_IS_PARAM_SPEC_BOOLEAN(property))
    return g_param_spec_boolean(name, nick, blurb, G_PARAM_SPEC_BOOLEAN(property)->default_value, flags);
  if (G_IS_PARAM_SPEC_ENUM(property))
    return g_param_spec_enum(name, nick, blurb, property->value_type, G_PARAM_SPEC_ENUM(property)->default_value,
                             flags);
  if (G_IS_PARAM_SPEC_DOUBLE(property)) {
    const auto* real = G_PARAM_SPEC_DOUBLE(property);
    return g_param_spec_double(name, nick, blurb, real->minimum, real->maximum, real->default_value, flags);
  }
  if (G_IS_PARAM_SPEC_INT(property)) {
    const auto* whole = G_PARAM_SPEC_INT(property);
    return g_param_spec_int(name, nick, blurb, whole->minimum, whole->maximum, whole->default_value, flags);
  }
  if (G_IS_PARAM_SPEC_UINT64(property)) {
    const auto* big = G_PARAM_SPEC_UINT64(property);
    return g_param_spec_uint64(name, nick, blurb, big->minimum, big->maximum, big->default_value, flags);
  }
  const auto* number = G_PARAM_SPEC_UINT(property);
  return g_param_spec_uint(name, nick, blurb, number->minimum, number->maximum, number->default_value, flags);
}

}  // namespace blip
