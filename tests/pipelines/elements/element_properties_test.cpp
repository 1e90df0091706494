#include "pipelines/elements/element_properties.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "pipelines/media_input/gst_owners.h"

namespace blip {
namespace {

class ElementProperties : public testing::Test {
 protected:
  static GstElementHandle make(const char* factory) {
    gst_init(nullptr, nullptr);
    return GstElementHandle(GST_ELEMENT(gst_object_ref_sink(gst_element_factory_make(factory, nullptr))));
  }
};

TEST_F(ElementProperties, ConvertsNumbers) {
  const auto queue = make("queue");
  set_property(queue.get(), "max-size-buffers", std::int64_t{7});      // a guint
  set_property(queue.get(), "max-size-time", std::uint64_t{1} << 40);  // a guint64
  set_property(queue.get(), "silent", true);
  guint buffers = 0;
  guint64 time = 0;
  gboolean silent = FALSE;
  g_object_get(queue.get(), "max-size-buffers", &buffers, "max-size-time", &time, "silent", &silent, nullptr);
  EXPECT_EQ(buffers, 7u);
  EXPECT_EQ(time, guint64{1} << 40);
  EXPECT_TRUE(silent);
}

TEST_F(ElementProperties, SetsTextAsItIs) {
  const auto reader = make("filesrc");
  set_property(reader.get(), "location", std::string("\"a\" b "));
  gchar* location = nullptr;
  g_object_get(reader.get(), "location", &location, nullptr);
  EXPECT_STREQ(location, "\"a\" b ");
  g_free(location);
}

TEST_F(ElementProperties, LooksUpNamesOfAnEnumeration) {
  const auto queue = make("queue");
  set_property(queue.get(), "leaky", std::string("downstream"));
  gint leaky = 0;
  g_object_get(queue.get(), "leaky", &leaky, nullptr);
  EXPECT_EQ(leaky, 2);
  EXPECT_THROW(set_property(queue.get(), "leaky", std::string("sideways")), Error);
}

TEST_F(ElementProperties, RefusesAPropertyThatIsNotThere) {
  const auto queue = make("queue");
  EXPECT_THROW(set_property(queue.get(), "num-beams", std::int64_t{3}), Error);
  EXPECT_THROW(set_property(queue.get(), "prompt", std::string("a")), Error);
}

}  // namespace
}  // namespace blip
