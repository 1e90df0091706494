#pragma once

#include <gst/gst.h>

#include <atomic>
#include <memory>

#include "plugins/support/analysis.h"

namespace blip {
struct BaseState;
}

G_BEGIN_DECLS

#define GST_TYPE_BLIP_BASE (gst_blip_base_get_type())
#define GST_BLIP_BASE(obj) (G_TYPE_CHECK_INSTANCE_CAST((obj), GST_TYPE_BLIP_BASE, GstBlipBase))
#define GST_BLIP_BASE_GET_CLASS(obj) (G_TYPE_INSTANCE_GET_CLASS((obj), GST_TYPE_BLIP_BASE, GstBlipBaseClass))

// The common base of the elements: video passes untouched, sampled frames are analysed on a worker thread, and what is
// found leaves as timed text on the request pad "text" and as element messages.
//   chain -> VideoQueue -> task of the source pad
//     sample -> AnalysisWorker -> TextQueue -> task of the text pad
struct GstBlipBase {
  GstElement parent;
  std::atomic<blip::BaseState*> state;  // set once; atomic, for the element's threads are started by others
};

struct GstBlipBaseClass {
  GstElementClass parent_class;
  // What this kind of element does with a frame; called once an element, on its way out of NULL. The result may use
  // `self`.
  std::unique_ptr<blip::Analysis> (*make_analysis)(GstBlipBase* self);
};

GType gst_blip_base_get_type(void);

G_END_DECLS
