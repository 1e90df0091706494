#include <gst/gst.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/support/fake_engine/fake_engine.h"

namespace blip::test {
namespace {

// GStreamer with the fake engine, a registry of the build's own, and the plug-in that was built if the program is to
// use it.
class GstEnvironment : public ::testing::Environment {
 public:
  void SetUp() override {
    ::setenv("GST_REGISTRY", BLIP_BUILD_DIR "/tests/registry.bin", 1);
    ::setenv("GST_REGISTRY_FORK", "no", 1);
    fake_engine();
    gst_init(nullptr, nullptr);
#ifdef BLIP_PLUGIN_FILE
    GError* error = nullptr;
    GstPlugin* plugin = gst_plugin_load_file(BLIP_PLUGIN_FILE, &error);
    ASSERT_NE(plugin, nullptr) << error->message;
    gst_object_unref(plugin);
#endif
  }
};

const auto* const environment = ::testing::AddGlobalTestEnvironment(new GstEnvironment);

}  // namespace
}  // namespace blip::test
