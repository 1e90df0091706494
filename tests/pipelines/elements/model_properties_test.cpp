// What comes of --model and its like in the element: tests/pipelines/captioning/caption_job_test.cpp looks at the
// engine's side of all of them.
#include "pipelines/elements/model_properties.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "pipelines/media_input/gst_owners.h"

namespace blip {
namespace {

TEST(ModelProperties, AreMissedInAnElementWithoutAModel) {
  gst_init(nullptr, nullptr);
  const GstElementHandle element(GST_ELEMENT(gst_object_ref_sink(gst_element_factory_make("identity", nullptr))));
  EXPECT_THROW(set_model_properties(element.get(), {}), Error);
}

}  // namespace
}  // namespace blip
