#include "pipelines/serve/serve_settings.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "core/base/error.h"
#include "pipelines/terminal/usage_error.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

class ServeSettingsTest : public testing::Test {
 protected:
  ServeSettingsTest() { unsetenv("GST_BLIP_TOKEN"); }
  ~ServeSettingsTest() override { unsetenv("GST_BLIP_TOKEN"); }
};

TEST_F(ServeSettingsTest, OtherMachinesNeedAToken) {
  ServeSettings settings;
  EXPECT_TRUE(settings.tokens().read.empty());
  settings.host = "0.0.0.0";
  try {
    settings.tokens();
    FAIL();
  } catch (const UsageError& e) {
    EXPECT_NE(std::string(e.what()).find("openssl rand -hex 24 > token.txt"), std::string::npos) << e.what();
  }
  setenv("GST_BLIP_TOKEN", "0123456789abcdef", 1);
  EXPECT_EQ(settings.tokens().read, "0123456789abcdef");
}

TEST_F(ServeSettingsTest, FilesGoBeforeTheEnvironment) {
  const test::TempDir folder;
  std::ofstream(folder / "read") << "reader-0123456789\n";
  std::ofstream(folder / "admin") << "admin-0123456789\n";
  setenv("GST_BLIP_TOKEN", "0123456789abcdef", 1);
  ServeSettings settings;
  settings.token_file = folder / "read";
  settings.admin_token_file = folder / "admin";
  EXPECT_EQ(settings.tokens().read, "reader-0123456789");
  EXPECT_EQ(settings.tokens().admin, "admin-0123456789");
  settings.token_file = folder / "none";
  EXPECT_THROW(settings.tokens(), Error);
}

TEST_F(ServeSettingsTest, IndexingGetsTheSameIndexAndModel) {
  ServeSettings settings;
  settings.index = "/x/i.db";
  settings.model = "m";
  settings.add = {"/videos", "-odd"};
  const std::vector<std::string> expected = {"index",   "add",         "--index", "/x/i.db",       "--device",
                                             "auto",    "--precision", "auto",    "--num-threads", "0",
                                             "--model", "m",           "--",      "/videos",       "-odd"};
  EXPECT_EQ(settings.add_arguments(), expected);
  EXPECT_EQ(settings.clip_directory(), "/x/i.db.alerts");
}

}  // namespace
}  // namespace blip
