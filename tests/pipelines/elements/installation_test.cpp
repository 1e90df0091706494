#include "pipelines/elements/installation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/pipelines/support/gst_blip.h"
#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using testing::Contains;

TEST(Installation, LooksBesideTheProgramsFolder) {
  EXPECT_THAT(plugin_candidates("/opt/blip/bin"), Contains("/opt/blip/lib/gstreamer-1.0/libgstblip.so"));
}

TEST(Installation, NamesThePlacesWhereThePluginIsNot) {
  const test::TempDir prefix;
  std::filesystem::create_directories(prefix / "bin");
  std::filesystem::copy_file(test::gst_blip_program(), prefix / "bin/gst-blip");
  test::ProgramOptions options;
  options.environment = {{"GST_PLUGIN_PATH", ""}, {"GST_PLUGIN_PATH_1_0", ""}};
  const auto result =
      test::run_program({prefix / "bin/gst-blip", "caption", test::shapes_dir() / "clips/clip000.mp4"}, options);
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err_lines(), testing::ElementsAre(testing::HasSubstr(prefix / "lib/gstreamer-1.0/libgstblip.so")));
}

}  // namespace
}  // namespace blip
