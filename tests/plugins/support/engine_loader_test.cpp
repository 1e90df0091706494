#include "plugins/support/engine_loader.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "tests/support/fake_engine/fake_engine.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

class EngineLoader : public ::testing::Test {
 protected:
  void SetUp() override { test::fake_engine().reset(); }
  void TearDown() override { ::setenv("GST_BLIP_ENGINE", BLIP_FAKE_ENGINE, 1); }
};

TEST_F(EngineLoader, OpensTheFileThatTheVariableNames) {
  const auto engine = load_engine();
  ASSERT_TRUE(engine.ok());
  EXPECT_NE(engine.value(), nullptr);
  EXPECT_STREQ(std::getenv("OMP_WAIT_POLICY"), "PASSIVE");
}

TEST_F(EngineLoader, AMissingFileIsNamedWithTheOtherPlaces) {
  ::setenv("GST_BLIP_ENGINE", "/nowhere/libblip-engine.so", 1);
  const auto engine = load_engine();
  ASSERT_FALSE(engine.ok());
  EXPECT_EQ(engine.failure().kind, ErrorKind::kNotFound);
  for (const std::string& part : {std::string("/nowhere/libblip-engine.so"), std::string("$GST_BLIP_ENGINE"),
                                  plugin_directory().string(), plugin_directory().parent_path().string()}) {
    EXPECT_NE(engine.failure().message.find(part), std::string::npos) << part << " in " << engine.failure().message;
  }
}

TEST_F(EngineLoader, WithoutTheVariableAllPlacesAreTriedAndNamed) {
  ::unsetenv("GST_BLIP_ENGINE");
  const auto engine = load_engine();
  ASSERT_FALSE(engine.ok());
  const std::string& message = engine.failure().message;
  std::size_t places = 0;
  for (auto at = message.find("libblip-engine.so: "); at != std::string::npos;
       at = message.find("libblip-engine.so: ", at + 1))
    ++places;
  EXPECT_EQ(places, 3u) << message;
  EXPECT_EQ(message.find('\n'), std::string::npos);
}

TEST_F(EngineLoader, AnEngineOfAnotherVersionIsRefused) {
  test::fake_engine().refuse_abi(true);
  const auto engine = load_engine();
  ASSERT_FALSE(engine.ok());
  EXPECT_NE(engine.failure().message.find("another version"), std::string::npos);
}

TEST_F(EngineLoader, AFileThatIsNoLibraryIsRefused) {
  const test::TempDir folder;
  const auto file = folder / "engine.so";
  std::ofstream(file) << "not a library";
  ::setenv("GST_BLIP_ENGINE", file.c_str(), 1);
  const auto engine = load_engine();
  ASSERT_FALSE(engine.ok());
  EXPECT_NE(engine.failure().message.find(file.string()), std::string::npos);
}

TEST_F(EngineLoader, ALibraryWithoutTheFactoryIsRefused) {
  ::setenv("GST_BLIP_ENGINE", "libm.so.6", 1);
  const auto engine = load_engine();
  ASSERT_FALSE(engine.ok());
  EXPECT_NE(engine.failure().message.find("blip_engine"), std::string::npos);
}

TEST(DefaultModel, IsTheOneTheVariableNames) {
  ::setenv("GST_BLIP_MODEL", "/models/mine", 1);
  EXPECT_EQ(default_model(), "/models/mine");
  ::unsetenv("GST_BLIP_MODEL");
  EXPECT_NE(default_model(), "");
}

}  // namespace
}  // namespace blip
