#include "pipelines/captioning/installation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace blip {
namespace {

using testing::Contains;

TEST(Installation, LooksBesideTheProgramsFolder) {
  EXPECT_THAT(plugin_candidates("/opt/blip/bin"), Contains("/opt/blip/lib/gstreamer-1.0/libgstblip.so"));
}

}  // namespace
}  // namespace blip
