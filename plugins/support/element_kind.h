#pragma once

#include <memory>

#include "plugins/support/gst_blip_base.h"

namespace blip {

// An instance of an element on the common base, with settings of its own.
template <class Settings>
struct ElementOf {
  GstBlipBase parent;
  Guarded<Settings>* settings;
};

// What a kind of element is made of: its own properties after the common ones, and its analysis. Gives the functions
// that GObject wants.
template <class Settings, const PropertyTable<Settings>& (*properties)(),
          std::unique_ptr<Analysis> (*analysis)(const Guarded<Settings>&)>
class ElementKind {
 public:
  // `defaults` of the common properties.
  static void class_init(gpointer klass, bool reads_features, const BaseSettings& defaults = {}) {
    GObjectClass* object = G_OBJECT_CLASS(klass);
    object->set_property = set_property;
    object->get_property = get_property;
    object->finalize = finalize;
    first_ = install_base_properties(object, reads_features, defaults);
    properties().install(object, first_);
    static_cast<GstBlipBaseClass*>(klass)->make_analysis = make_analysis;
  }
  static void init(ElementOf<Settings>* self, const BaseSettings& defaults = {}) {
    self->settings = new Guarded<Settings>;
    base_settings_of(self).change([&](BaseSettings& now) { now = defaults; });
  }

 private:
  static Guarded<Settings>& own(gpointer element) { return *static_cast<ElementOf<Settings>*>(element)->settings; }

  static void set_property(GObject* object, guint id, const GValue* value, GParamSpec* spec) {
    if (!set_base_property(object, id, value) && !properties().set(own(object), id - first_, value))
      G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
  static void get_property(GObject* object, guint id, GValue* value, GParamSpec* spec) {
    if (!get_base_property(object, id, value) && !properties().get(own(object), id - first_, value))
      G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
  }
  static void finalize(GObject* object) {
    const std::unique_ptr<Guarded<Settings>> settings(&own(object));  // outlives the base's threads
    G_OBJECT_CLASS(g_type_class_peek(GST_TYPE_BLIP_BASE))->finalize(object);
  }
  static std::unique_ptr<Analysis> make_analysis(GstBlipBase* self) { return analysis(own(self)); }

  static inline guint first_ = 0;
};

}  // namespace blip
