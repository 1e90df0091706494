#pragma once

#include <gst/gst.h>

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "plugins/support/guarded.h"

namespace blip {

inline constexpr auto kMutableReady =
    static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY);
inline constexpr auto kMutablePlaying =
    static_cast<GParamFlags>(G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING);
inline constexpr auto kControllable = static_cast<GParamFlags>(kMutablePlaying | GST_PARAM_CONTROLLABLE);

// What every property has; the strings must live for ever.
struct PropertyTexts {
  const char* name;
  const char* nick;
  const char* blurb;
};

// A string property's value; null counts as empty.
inline std::string string_value(const GValue* value) {
  const gchar* text = g_value_get_string(value);
  return text == nullptr ? "" : text;
}

// The properties that live in one struct of settings: how each is declared, written and read. A property is bound to
// its field by a function object that takes the settings and returns the field: `[](auto& s) -> auto& { return s.fps;
// }`. The default is the field's value in the settings given to install().
template <class Settings>
class PropertyTable {
 public:
  struct Property {
    const char* name;
    std::function<GParamSpec*(const Settings& defaults)> declare;
    std::function<void(Settings&, const GValue*)> write;
    std::function<void(const Settings&, GValue*)> read;
  };

  PropertyTable(std::initializer_list<Property> properties) : properties_(properties) {}

  guint size() const { return static_cast<guint>(properties_.size()); }
  const char* name(guint index) const { return properties_.at(index).name; }

  // Installs all of them with the ids first, first + 1, ...; returns the id after the last.
  guint install(GObjectClass* klass, guint first, const Settings& defaults = Settings()) const {
    for (const Property& property : properties_)
      g_object_class_install_property(klass, first++, property.declare(defaults));
    return first;
  }
  // By place in the table (id - first); false when there is none.
  bool set(Guarded<Settings>& settings, guint index, const GValue* value) const {
    if (index >= size()) return false;
    settings.change([&](Settings& now) { properties_[index].write(now, value); });
    return true;
  }
  bool get(const Guarded<Settings>& settings, guint index, GValue* value) const {
    if (index >= size()) return false;
    properties_[index].read(*settings.snapshot(), value);
    return true;
  }

  template <class Field>
  static Property text(PropertyTexts texts, GParamFlags flags, Field field) {
    return {texts.name,
            [=](const Settings& defaults) {
              const std::string& otherwise = field(defaults);
              return g_param_spec_string(texts.name, texts.nick, texts.blurb,
                                         otherwise.empty() ? nullptr : otherwise.c_str(), flags);
            },
            [=](Settings& settings, const GValue* value) { field(settings) = string_value(value); },
            [=](const Settings& settings, GValue* value) {
              const std::string& now = field(settings);
              g_value_set_string(value, now.empty() ? nullptr : now.c_str());
            }};
  }
  // A string that may be unset (null), which is not the same as empty; unset by default.
  template <class Field>
  static Property optional_text(PropertyTexts texts, GParamFlags flags, Field field) {
    return {texts.name,
            [=](const Settings&) { return g_param_spec_string(texts.name, texts.nick, texts.blurb, nullptr, flags); },
            [=](Settings& settings, const GValue* value) {
              const gchar* text = g_value_get_string(value);
              field(settings) = text == nullptr ? std::nullopt : std::optional<std::string>(text);
            },
            [=](const Settings& settings, GValue* value) {
              const std::optional<std::string>& now = field(settings);
              g_value_set_string(value, now ? now->c_str() : nullptr);
            }};
  }
  template <class Field>
  static Property number(PropertyTexts texts, guint least, guint most, GParamFlags flags, Field field) {
    return {
        texts.name,
        [=](const Settings& defaults) {
          return g_param_spec_uint(texts.name, texts.nick, texts.blurb, least, most,
                                   static_cast<guint>(field(defaults)), flags);
        },
        [=](Settings& settings, const GValue* value) { assign(field(settings), g_value_get_uint(value)); },
        [=](const Settings& settings, GValue* value) { g_value_set_uint(value, static_cast<guint>(field(settings))); }};
  }
  template <class Field>
  static Property whole(PropertyTexts texts, gint least, gint most, GParamFlags flags, Field field) {
    return {
        texts.name,
        [=](const Settings& defaults) {
          return g_param_spec_int(texts.name, texts.nick, texts.blurb, least, most, static_cast<gint>(field(defaults)),
                                  flags);
        },
        [=](Settings& settings, const GValue* value) { assign(field(settings), g_value_get_int(value)); },
        [=](const Settings& settings, GValue* value) { g_value_set_int(value, static_cast<gint>(field(settings))); }};
  }
  template <class Field>
  static Property big_number(PropertyTexts texts, GParamFlags flags, Field field) {
    return {texts.name,
            [=](const Settings& defaults) {
              return g_param_spec_uint64(texts.name, texts.nick, texts.blurb, 0, G_MAXUINT64, field(defaults), flags);
            },
            [=](Settings& settings, const GValue* value) { field(settings) = g_value_get_uint64(value); },
            [=](const Settings& settings, GValue* value) { g_value_set_uint64(value, field(settings)); }};
  }
  template <class Field>
  static Property real(PropertyTexts texts, double least, double most, GParamFlags flags, Field field) {
    return {texts.name,
            [=](const Settings& defaults) {
              return g_param_spec_double(texts.name, texts.nick, texts.blurb, least, most, field(defaults), flags);
            },
            [=](Settings& settings, const GValue* value) { field(settings) = g_value_get_double(value); },
            [=](const Settings& settings, GValue* value) { g_value_set_double(value, field(settings)); }};
  }
  template <class Field>
  static Property flag(PropertyTexts texts, GParamFlags flags, Field field) {
    return {texts.name,
            [=](const Settings& defaults) {
              return g_param_spec_boolean(texts.name, texts.nick, texts.blurb, field(defaults), flags);
            },
            [=](Settings& settings, const GValue* value) { field(settings) = g_value_get_boolean(value) != FALSE; },
            [=](const Settings& settings, GValue* value) { g_value_set_boolean(value, field(settings)); }};
  }
  // `type` is asked for when the property is declared.
  template <class Field>
  static Property choice(PropertyTexts texts, GType (*type)(), GParamFlags flags, Field field) {
    return {
        texts.name,
        [=](const Settings& defaults) {
          return g_param_spec_enum(texts.name, texts.nick, texts.blurb, type(), static_cast<gint>(field(defaults)),
                                   flags);
        },
        [=](Settings& settings, const GValue* value) { assign(field(settings), g_value_get_enum(value)); },
        [=](const Settings& settings, GValue* value) { g_value_set_enum(value, static_cast<gint>(field(settings))); }};
  }

 private:
  template <class Target, class Value>
  static void assign(Target& target, Value value) {
    target = static_cast<Target>(value);
  }

  std::vector<Property> properties_;
};

// An enumeration of properties, registered once. `values` ends with {0, null, null} and lives for ever.
inline GType register_choices(const char* name, const GEnumValue* values) {
  const GType registered = g_enum_register_static(name, values);
  gst_type_mark_as_plugin_api(registered, static_cast<GstPluginAPIFlags>(0));
  return registered;
}

}  // namespace blip
