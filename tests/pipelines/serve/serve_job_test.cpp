// What a person sees of gst-blip serve.
#include "pipelines/serve/serve_job.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>

#include "tests/core/index/index_support.h"
#include "tests/pipelines/serve/http_support.h"
#include "tests/pipelines/support/gst_blip.h"
#include "tests/pipelines/support/scripted_engine.h"

namespace blip {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class ServeJobTest : public testing::Test {
 protected:
  ServeJobTest() {
    IndexWriter writer(folder_ / "index.db");
    writer.set_models(test::models_named("m"));
    test::add_video(writer, "/a.mp4", "hash", 2);
    options_ = test::with_scripted_engine();
    options_.environment["GST_BLIP_TOKEN"] = "";
  }
  // Serves; when it says where, `use` gets the port, and `signal` ends it.
  test::ProgramResult serve(std::vector<std::string> arguments, const std::function<void(int)>& use, int signal) {
    arguments.insert(arguments.begin(),
                     {test::gst_blip_program().string(), "serve", "--index", (folder_ / "index.db").string()});
    bool used = false;
    options_.on_output = [&](const std::string& out, int process) {
      const std::size_t at = out.rfind(':');
      if (used || out.find('\n') == std::string::npos || at == std::string::npos) return;
      used = true;
      try {
        use(std::stoi(out.substr(at + 1)));
      } catch (const std::exception& e) {
        ADD_FAILURE() << e.what();
      }
      kill(process, signal);
    };
    return test::run_program(arguments, options_);
  }

  test::TempDir folder_;
  test::ProgramOptions options_;
};

TEST_F(ServeJobTest, SaysWhereItServesAndStopsWhenAsked) {
  const auto result = serve(
      {"--port", "0"},
      [](int port) {
        EXPECT_EQ(test::ask(port, {"GET", "/api/v1/status", {}, ""}).json()["videos"], 1);
        EXPECT_EQ(test::ask(port, {"GET", "/", {}, ""}).status, 200);
      },
      SIGTERM);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out,
              StartsWith("Serving 1 video of " + (folder_ / "index.db").string() + " at http://127.0.0.1:"));
  EXPECT_EQ(result.out_lines().size(), 1u);
  EXPECT_EQ(result.err, "gst-blip: stopping\n");
}

TEST_F(ServeJobTest, CtrlCEndsItWithItsCodeAlsoWhileClientsListen) {
  std::optional<test::RawClient> listener;
  const auto result = serve(
      {"--port", "0"},
      [&](int port) {
        listener.emplace(port);
        listener->send("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
        listener->read_until("event: progress");
      },
      SIGINT);
  EXPECT_EQ(result.exit_code, 130);
  listener->read_all();
  EXPECT_TRUE(listener->closed());
}

TEST_F(ServeJobTest, OtherMachinesNeedAToken) {
  const auto refused = serve(
      {"--host", "0.0.0.0", "--port", "0"}, [](int) { FAIL(); }, SIGTERM);
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("--token-file"));
  std::ofstream(folder_ / "token") << "0123456789abcdef\n";
  const auto result = serve(
      {"--host", "0.0.0.0", "--port", "0", "--token-file", (folder_ / "token").string()},
      [](int port) {
        EXPECT_EQ(test::ask(port, {"GET", "/api/v1/status", {}, ""}).status, 401);
        EXPECT_EQ(test::ask(port, {"GET", "/", {{"Host", "anything.example"}}, ""}).status, 200);
      },
      SIGTERM);
  EXPECT_EQ(result.exit_code, 0);
}

TEST_F(ServeJobTest, WhatKeepsItFromStartingIsOneLine) {
  const test::RunningServer taken({}, [](HttpCall&) {});
  const auto port = serve(
      {"--port", std::to_string(taken.port())}, [](int) { FAIL(); }, SIGTERM);
  EXPECT_EQ(port.exit_code, 1);
  EXPECT_THAT(port.err, HasSubstr("another program has this port"));
  EXPECT_EQ(port.err_lines().size(), 1u);
  const auto none = test::run_program({test::gst_blip_program(), "serve", "--index", folder_ / "none.db"}, options_);
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_THAT(none.err, HasSubstr("none.db"));
  EXPECT_EQ(none.err_lines().size(), 1u);
}

}  // namespace
}  // namespace blip
