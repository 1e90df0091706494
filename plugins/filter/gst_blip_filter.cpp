#include "plugins/filter/gst_blip_filter.h"

#include "plugins/filter/filter_analysis.h"
#include "plugins/support/element_kind.h"

namespace {

using Kind = blip::ElementKind<blip::FilterSettings, blip::filter_properties, blip::make_filter_analysis>;

}  // namespace

struct GstBlipFilter : blip::ElementOf<blip::FilterSettings> {};

struct GstBlipFilterClass {
  GstBlipBaseClass parent_class;
};

G_DEFINE_TYPE(GstBlipFilter, gst_blip_filter, GST_TYPE_BLIP_BASE)
GST_ELEMENT_REGISTER_DEFINE(blipfilter, "blipfilter", GST_RANK_NONE, GST_TYPE_BLIP_FILTER)

// blip/set-queries: queries (string, separated by ';') from here on.
static void gst_blip_filter_take_command(GstBlipBase* self, const GstStructure* command) {
  const gchar* queries = gst_structure_get_string(command, "queries");
  if (gst_structure_has_name(command, "blip/set-queries") && queries != nullptr)
    g_object_set(self, "queries", queries, nullptr);
}

static void gst_blip_filter_class_init(GstBlipFilterClass* klass) {
  Kind::class_init(klass, /*reads_features=*/true, blip::reader_settings());
  klass->parent_class.take_command = gst_blip_filter_take_command;
  gst_element_class_set_static_metadata(
      GST_ELEMENT_CLASS(klass), "BLIP image-text matching filter", "Filter/Analyzer/Video",
      "Tells, and lets pass, the frames that texts match, from the features of blipencoder", "gst-blip");
}

static void gst_blip_filter_init(GstBlipFilter* self) {
  Kind::init(self, blip::reader_settings());
}
