// Installed to another place, everything finds everything.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/pipelines/support/gst_blip.h"
#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using testing::HasSubstr;
using testing::Not;

std::filesystem::path find_file(const std::filesystem::path& root, const std::string& name) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root))
    if (entry.path().filename() == name) return entry.path();
  return {};
}

class Install : public testing::Test {
 protected:
  void SetUp() override {
    if (std::string(BLIP_SANITIZERS) != "")
      GTEST_SKIP() << "built with " BLIP_SANITIZERS ": the stock gst-inspect-1.0 cannot load such a plug-in";
    const auto installed =
        test::run_program({"cmake", "--install", BLIP_BUILD_DIR, "--prefix", prefix_.path().string()});
    ASSERT_EQ(installed.exit_code, 0) << installed.err;
  }

  // Nothing of the environment points at the build.
  static test::ProgramOptions bare() {
    test::ProgramOptions options;
    for (const char* name :
         {"GST_BLIP_ENGINE", "GST_BLIP_MODEL", "GST_PLUGIN_PATH", "GST_PLUGIN_PATH_1_0", "LD_LIBRARY_PATH"})
      options.environment[name] = "";
    options.directory = "/";
    return options;
  }

  test::TempDir prefix_;
};

TEST_F(Install, CaptionsFromItsNewPlace) {
  auto options = bare();
  const std::string clip = test::shapes_dir() / "clips/clip000.mp4";
  const auto captioned = test::run_program({prefix_ / "bin/gst-blip", "caption", clip}, options);
  EXPECT_EQ(captioned.exit_code, 0);
  EXPECT_EQ(captioned.err, "");
  EXPECT_THAT(captioned.out, HasSubstr("00:00:00.000 --> 00:00:0"));
}

TEST_F(Install, HasAModelForEveryCommandAndTheCatalog) {
  const std::string clip = test::shapes_dir() / "clips/clip000.mp4", program = prefix_ / "bin/gst-blip";
  for (const std::vector<std::string>& command : {std::vector<std::string>{program, "ask", clip, "what color is it?"},
                                                  {program, "match", clip, "a star", "--threshold", "0"},
                                                  {program, "run", "--list"}}) {
    const auto result = test::run_program(command, bare());
    EXPECT_EQ(result.exit_code, 0) << command[1];
    EXPECT_EQ(result.err, "") << command[1];
    EXPECT_NE(result.out, "") << command[1];
  }
  const auto dry = test::run_program({program, "run", "index-to-json", "--set", "source=" + clip, "--dry-run"}, bare());
  EXPECT_THAT(dry.out, HasSubstr(prefix_ / "share/gst-blip/models/retrieval"));
}

TEST_F(Install, UsesNothingOfTheBuild) {
  auto options = bare();
  options.environment["LD_DEBUG"] = "files";  // the loader tells of every library
  const std::string clip = test::shapes_dir() / "clips/clip000.mp4";
  const auto captioned = test::run_program({prefix_ / "bin/gst-blip", "caption", clip}, options);
  EXPECT_EQ(captioned.exit_code, 0);
  for (const char* library : {"libgstblip.so", "libblip-engine.so"})
    EXPECT_THAT(captioned.err, HasSubstr(find_file(prefix_.path(), library).string()));
  EXPECT_THAT(captioned.err, Not(HasSubstr(std::string(BLIP_BUILD_DIR) + "/")));
}

TEST_F(Install, IsFoundByGstInspect) {
  auto options = bare();
  const auto plugin = find_file(prefix_.path(), "libgstblip.so");
  ASSERT_FALSE(plugin.empty());
  options.environment["GST_PLUGIN_PATH"] = plugin.parent_path();
  options.environment["GST_REGISTRY"] = prefix_ / "registry.bin";
  const auto inspected = test::run_program({"gst-inspect-1.0", "blipcaption"}, options);
  EXPECT_EQ(inspected.exit_code, 0) << inspected.err;
  EXPECT_THAT(inspected.out, HasSubstr(plugin.string()));
  EXPECT_THAT(inspected.out, HasSubstr("text"));
}

}  // namespace
}  // namespace blip
