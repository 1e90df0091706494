#include "pipelines/media_input/new_element.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/error.h"
#include "pipelines/media_input/gst_owners.h"

namespace blip {
namespace {

TEST(NewElement, BelongsToItsBin) {
  gst_init(nullptr, nullptr);
  const GstElementHandle bin(GST_ELEMENT(gst_object_ref_sink(gst_bin_new(nullptr))));
  GstElement* element = add_new_element(bin.get(), "fakesink", "end");
  EXPECT_EQ(GST_OBJECT_PARENT(element), GST_OBJECT(bin.get()));
}

TEST(NewElement, NamesWhatIsMissing) {
  gst_init(nullptr, nullptr);
  const GstElementHandle bin(GST_ELEMENT(gst_object_ref_sink(gst_bin_new(nullptr))));
  EXPECT_THAT([&] { add_new_element(bin.get(), "nosuchelement", "x"); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("'nosuchelement' is not installed")));
}

}  // namespace
}  // namespace blip
