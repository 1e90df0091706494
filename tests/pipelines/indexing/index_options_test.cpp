#include "pipelines/indexing/index_options.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <map>
#include <optional>

#include "core/base/error.h"
#include "pipelines/terminal/usage_error.h"

namespace blip {
namespace {

// Sets variables of the environment for one test.
class IndexOptions : public testing::Test {
 protected:
  IndexOptions() {
    for (const char* name : {"GST_BLIP_INDEX", "XDG_DATA_HOME", "HOME"}) {
      const char* value = std::getenv(name);
      former_[name] = value == nullptr ? std::nullopt : std::optional<std::string>(value);
      unsetenv(name);
    }
  }
  ~IndexOptions() override {
    for (const auto& [name, value] : former_) value ? setenv(name, value->c_str(), 1) : unsetenv(name);
  }

 private:
  std::map<const char*, std::optional<std::string>> former_;
};

TEST_F(IndexOptions, TheVariableComesFirst) {
  setenv("HOME", "/home/ann", 1);
  EXPECT_EQ(default_index_path(), "/home/ann/.local/share/gst-blip/index.db");
  setenv("XDG_DATA_HOME", "/data", 1);
  EXPECT_EQ(default_index_path(), "/data/gst-blip/index.db");
  setenv("XDG_DATA_HOME", "relative", 1);
  EXPECT_EQ(default_index_path(), "/home/ann/.local/share/gst-blip/index.db");
  setenv("GST_BLIP_INDEX", "/elsewhere/films.db", 1);
  EXPECT_EQ(default_index_path(), "/elsewhere/films.db");
}

TEST_F(IndexOptions, WithoutAnyPlaceItIsWrongUsage) {
  EXPECT_THROW(default_index_path(), UsageError);
  IndexSettings settings;
  EXPECT_THROW(settings.index_path(), UsageError);
  settings.index = "films.db";
  EXPECT_EQ(settings.index_path(), std::filesystem::current_path() / "films.db");
}

TEST_F(IndexOptions, TheOptionNamesAnother) {
  setenv("GST_BLIP_INDEX", "/elsewhere/films.db", 1);
  CLI::App app;
  IndexSettings settings;
  add_index_option(app, settings);
  app.parse("--index /mine/../mine/a.db");
  EXPECT_EQ(settings.index_path(), "/mine/a.db");
}

TEST_F(IndexOptions, SaysHowToMakeAnIndexThatIsNotThere) {
  EXPECT_NO_THROW(need_index("/proc/self/status"));
  try {
    need_index("/nowhere/a.db");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kNotFound);
    EXPECT_NE(std::string(error.what()).find("'/nowhere/a.db'"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("gst-blip index add"), std::string::npos);
  }
}

}  // namespace
}  // namespace blip
