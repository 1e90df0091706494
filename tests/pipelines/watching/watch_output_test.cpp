#include "pipelines/watching/watch_output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <nlohmann/json.hpp>
#include <thread>

namespace blip {
namespace {

using testing::HasSubstr;

Alert alert_of(const std::string& query) {
  Alert alert;
  alert.source = "a.mp4";
  alert.query.text = query;
  alert.probability = 0.5;
  return alert;
}

std::string written(WatchOutput& output) {
  testing::internal::CaptureStdout();
  output.write();
  return testing::internal::GetCapturedStdout();
}

TEST(WatchOutput, WritesWhatOtherThreadsHandedOver) {
  Console console("test");
  WatchOutput output(false, true, console);
  pollfd watched{output.descriptor(), POLLIN, 0};
  EXPECT_EQ(poll(&watched, 1, 0), 0);
  std::thread([&] { output.alert(alert_of("a\ncar")); }).join();
  EXPECT_EQ(poll(&watched, 1, 0), 1);
  EXPECT_EQ(written(output), "a.mp4: 00:00:00.000 begins            a car  (0.50)\n");
  EXPECT_EQ(poll(&watched, 1, 0), 0);
  EXPECT_EQ(written(output), "");
}

TEST(WatchOutput, CaptionsAreALineEachForPeopleAndTwoForPrograms) {
  Console console("test");
  CaptionCue cue{3, 1'500'000'000, 2'500'000'000, "a \"dog\"", false};
  WatchOutput text(false, false, console), json(true, false, console);
  for (const bool closed : {false, true}) {
    cue.closed = closed;
    text.caption("cam", cue);
    json.caption("cam", cue);
  }
  EXPECT_EQ(written(text), "00:00:01.500  a \"dog\"\n");
  EXPECT_EQ(written(json),
            "{\"event\":\"caption\",\"source\":\"cam\",\"cue\":3,\"start\":1.5,\"end\":2.5,\"text\":\"a \\\"dog\\\"\","
            "\"closed\":false}\n"
            "{\"event\":\"caption\",\"source\":\"cam\",\"cue\":3,\"start\":1.5,\"end\":2.5,\"text\":\"a \\\"dog\\\"\","
            "\"closed\":true}\n");
}

TEST(WatchOutput, MessagesDoNotMixWithRecords) {
  Console console("test");
  WatchOutput output(true, false, console);
  output.message("cam: lost");
  output.alert(alert_of("a car"));
  testing::internal::CaptureStderr();
  EXPECT_TRUE(nlohmann::json::accept(written(output)));
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("test: cam: lost"));
}

}  // namespace
}  // namespace blip
