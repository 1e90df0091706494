#include <gst/gst.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace blip::test {
namespace {

// GStreamer with a registry of the build's own; no engine is needed here.
class MetaEnvironment : public ::testing::Environment {
 public:
  void SetUp() override {
    ::setenv("GST_REGISTRY", BLIP_BUILD_DIR "/tests/registry.bin", 1);
    ::setenv("GST_REGISTRY_FORK", "no", 1);
    gst_init(nullptr, nullptr);
  }
};

const auto* const environment = ::testing::AddGlobalTestEnvironment(new MetaEnvironment);

}  // namespace
}  // namespace blip::test
