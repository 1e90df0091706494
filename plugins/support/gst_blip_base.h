#pragma once

#include <gst/gst.h>

#include <atomic>
#include <memory>

#include "plugins/support/analysis.h"
#include "plugins/support/base_settings.h"

namespace blip {
struct BaseState;
}

G_BEGIN_DECLS

#define GST_TYPE_BLIP_BASE (gst_blip_base_get_type())
#define GST_BLIP_BASE(obj) (G_TYPE_CHECK_INSTANCE_CAST((obj), GST_TYPE_BLIP_BASE, GstBlipBase))
#define GST_BLIP_BASE_GET_CLASS(obj) (G_TYPE_INSTANCE_GET_CLASS((obj), GST_TYPE_BLIP_BASE, GstBlipBaseClass))

// The common base of the elements: video passes untouched but for metadata, sampled frames are analysed on a worker
// thread, and what is found leaves as timed text on the request pad "text", as metadata and as element messages.
//   chain -> VideoQueue -> task of the source pad
//     sample -> WindowBuilder -> AnalysisWorker -> TextQueue -> task of the text pad
struct GstBlipBase {
  GstElement parent;
  std::atomic<blip::BaseState*> state;  // set once; atomic, for the element's threads are started by others
};

struct GstBlipBaseClass {
  GstElementClass parent_class;
  // What this kind of element does with a frame; called once an element, on its way out of NULL. The result may use
  // `self`.
  std::unique_ptr<blip::Analysis> (*make_analysis)(GstBlipBase* self);
  // An event blip/... that the base does not know, at its place in the stream: changes settings. May be null.
  void (*take_command)(GstBlipBase* self, const GstStructure* command);
};

GType gst_blip_base_get_type(void);

G_END_DECLS

namespace blip {

// For class_init: installs the properties that all elements share, with on-mismatch if the element reads features.
// Returns the id of the element's own first property. `defaults` are those of its kind.
guint install_base_properties(GObjectClass* klass, bool reads_features, const BaseSettings& defaults = {});
// For set_property and get_property: false for ids that are the element's own.
bool set_base_property(GObject* element, guint id, const GValue* value);
bool get_base_property(GObject* element, guint id, GValue* value);
// The element does not tell how opening its model goes, only that it failed: one beside it tells the same.
void open_model_quietly(gpointer element);
// The shared settings of an element.
Guarded<BaseSettings>& base_settings_of(gpointer element);

}  // namespace blip
