// The whole program with the shipped models on the shipped video: a text is told at its shot, and nowhere else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/pipelines/support/gst_blip.h"
#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using Json = nlohmann::json;
using testing::SizeIs;

constexpr double kStep = 0.5;  // seconds between two pictures that are looked at

std::string shipped(const std::string& name) {
  return std::string(BLIP_SOURCE_DIR) + "/training/pretrained/" + name;
}

TEST(WatchGolden, TellsEachTextAtItsShotAndNowhereElse) {
  const Json demo = Json::parse(std::ifstream(shipped("demo.json")));
  std::vector<std::string> command = {
      test::gst_blip_program(), "watch", shipped("demo.mp4"), "--format", "json", "--model", shipped("retrieval")};
  std::map<std::string, std::pair<double, double>> shots;
  for (const Json& shot : demo.at("clips").at(0).at("shots")) {
    const std::string text = shot.at("captions").back();
    command.insert(command.end(), {"-q", text});
    shots[text] = {shot.at("start"), shot.at("end")};
  }
  test::ProgramOptions own_engine;
  own_engine.environment["GST_BLIP_ENGINE"] = "";
  const auto result = test::run_program(command, own_engine);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.err, "");
  std::map<std::string, int> starts, ends;
  std::size_t ends_in_time = 0;
  for (const Json& record : test::json_records(result)) {
    const std::string text = record.at("query");
    const auto [begin, end] = shots.at(text);
    ++(record.at("event") == "start" ? starts : ends)[text];
    EXPECT_NEAR(record.at("start"), begin, kStep) << text;
    if (record.at("event") == "end" && std::abs(record.at("end").get<double>() - end) < kStep) ++ends_in_time;
  }
  for (const auto& [text, shot] : shots) {
    EXPECT_EQ(starts[text], 1) << text;
    EXPECT_EQ(ends[text], 1) << text;
  }
  // The small model loses sight of the last shot's stars, which move, before it ends.
  EXPECT_GE(ends_in_time, shots.size() - 1);
}

}  // namespace
}  // namespace blip
