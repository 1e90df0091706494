#include "training/apps/score_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "pipelines/terminal/console.h"
#include "pipelines/terminal/usage_error.h"
#include "tests/support/golden.h"
#include "tests/support/json_lines.h"
#include "tests/support/temp_dir.h"

namespace blip {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

// What the command prints.
std::string score(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "score");
  Console console("test");
  CLI::App app;
  const auto run = add_score_command(app, console);
  app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  testing::internal::CaptureStdout();
  try {
    run();
  } catch (...) {
    testing::internal::GetCapturedStdout();
    throw;
  }
  return testing::internal::GetCapturedStdout();
}

TEST(ScoreCommand, GivesTheFiguresOfAModelBeforeAndAfterTraining) {
  const test::TempDir folder;
  const std::string data = test::shapes_dir().string();
  const std::string table = score({data, "--vqa", data + "/vqa.pth", "--untrained", "--limit", "1", "--threads", "1",
                                   "--json", (folder / "figures.json").string()});
  EXPECT_THAT(table, HasSubstr("| vqa | vqa, untrained |"));
  const auto json = test::read_json(folder / "figures.json");
  EXPECT_EQ(json.at("data"), data);
  const auto value = [&](std::size_t model) {
    return json.at("models").at(model).at("figures").at("shots.vqa").at("value").get<double>();
  };
  EXPECT_GT(value(0), 0.5);
  EXPECT_LT(value(1), value(0));
}

TEST(ScoreCommand, SaysWhatIsMissing) {
  const test::TempDir folder;
  const std::string data = test::shapes_dir().string();
  EXPECT_THROW(score({data}), UsageError);
  EXPECT_THAT(
      [&] {
        score({folder.path().string(), "--vqa", data + "/vqa.pth"});
      },
      ThrowsMessage<Error>(HasSubstr("annotations.json")));
  EXPECT_THAT(
      [&] {
        score({data, "--limit", "1", "--vqa", (folder / "none.pth").string()});
      },
      ThrowsMessage<Error>(HasSubstr("none.pth")));
}

}  // namespace
}  // namespace blip
