#include "pipelines/serve/serve_command.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

namespace blip {
namespace {

ServeSettings parsed(const std::string& arguments) {
  CLI::App app;
  const auto settings = add_serve_command(app);
  app.parse("serve " + arguments);
  return *settings;
}

TEST(ServeCommand, DefaultsAreForThisMachineOnly) {
  const ServeSettings settings = parsed("");
  EXPECT_EQ(settings.host, "127.0.0.1");
  EXPECT_EQ(settings.port, 8080);
}

TEST(ServeCommand, OptionsReachTheSettings) {
  const ServeSettings settings = parsed(
      "--index i.db --host ::1 --port 0 --token-file a --admin-token-file b --model m --answer-model q --add x y "
      "--webhook-allow https://a --webhook-allow https://b --web-root w --clips c");
  EXPECT_EQ(settings.index, "i.db");
  EXPECT_EQ(settings.host, "::1");
  EXPECT_EQ(settings.port, 0);
  EXPECT_EQ(settings.token_file, "a");
  EXPECT_EQ(settings.admin_token_file, "b");
  EXPECT_EQ(settings.model, "m");
  EXPECT_EQ(settings.answer_model, "q");
  EXPECT_EQ(settings.add, (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(settings.webhook_origins, (std::vector<std::string>{"https://a", "https://b"}));
  EXPECT_EQ(settings.web_root, "w");
  EXPECT_EQ(settings.clips, "c");
}

TEST(ServeCommand, PortsHaveBounds) {
  EXPECT_THROW(parsed("--port 65536"), CLI::ParseError);
  EXPECT_THROW(parsed("--port -1"), CLI::ParseError);
}

}  // namespace
}  // namespace blip
