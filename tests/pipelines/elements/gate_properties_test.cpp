// What they do in the elements: tests/plugins/encoder/gate_test.cpp; through the program: the jobs' tests.
#include "pipelines/elements/gate_properties.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "pipelines/media_input/gst_owners.h"

namespace blip {
namespace {

TEST(GateProperties, AreMissedInAnElementThatAnalysesNothing) {
  gst_init(nullptr, nullptr);
  const GstElementHandle element(GST_ELEMENT(gst_object_ref_sink(gst_element_factory_make("identity", nullptr))));
  EXPECT_THROW(set_gate_properties(element.get(), {}), Error);
}

}  // namespace
}  // namespace blip
