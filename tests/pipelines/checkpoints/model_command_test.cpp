#include "pipelines/checkpoints/model_command.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/pipelines/checkpoints/small_model_files.h"

namespace blip {
namespace {

using test::error_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

// Runs "gst-blip model ARGUMENTS" and keeps what it wrote; Error passes through.
struct Command {
  int run(std::vector<std::string> arguments) {
    CLI::App app("test", "gst-blip");
    app.require_subcommand(1);
    add_model_command(app, out, err);
    arguments.insert(arguments.begin(), "model");
    std::reverse(arguments.begin(), arguments.end());  // as CLI11 takes them
    try {
      app.parse(arguments);
    } catch (const CLI::RuntimeError& end) {
      return end.get_exit_code();
    } catch (const CLI::ParseError& wrong) {
      message = wrong.what();
      return 2;
    }
    ADD_FAILURE() << "parsing ended without running";
    return -1;
  }
  std::ostringstream out, err;
  std::string message;
};

TEST(ModelCommand, InfoPrintsATableOrJson) {
  const test::SmallModelFiles files(Layout::kCaptioner);
  Command text, json;
  EXPECT_EQ(text.run({"info", files.model()}), 0);
  EXPECT_THAT(text.out.str(), HasSubstr("layout        captioner"));
  EXPECT_EQ(json.run({"info", files.model(), "--format", "json"}), 0);
  EXPECT_EQ(nlohmann::json::parse(json.out.str())["layout"], "captioner");
  EXPECT_THAT(json.err.str(), IsEmpty());
}

TEST(ModelCommand, VerifyPrintsOneLineOrFails) {
  const test::SmallModelFiles files(Layout::kCaptioner);
  Command command;
  EXPECT_EQ(command.run({"verify", files.model()}), 0);
  EXPECT_THAT(command.out.str(), StartsWith("OK "));
  test::write_text(files.model(), "no model");
  Command failing;
  EXPECT_THAT(error_of([&] { failing.run({"verify", files.model()}); }), HasSubstr("m.pth"));
  EXPECT_THAT(failing.out.str(), IsEmpty());
}

TEST(ModelCommand, ConvertTakesFormatLayoutAndFiles) {
  const test::SmallModelFiles files(Layout::kPretrain);
  std::filesystem::rename(files / "vocab.txt", files / "words.txt");
  std::filesystem::rename(files / "config.json", files / "sizes.json");
  Command command;
  EXPECT_EQ(command.run({"convert", files.model(), (files / "hf").string(), "--layout", "matcher", "--vocab",
                         (files / "words.txt").string(), "--config", (files / "sizes.json").string(), "--image-size",
                         "16", "--to", "hf"}),
            0);
  EXPECT_THAT(command.out.str(), HasSubstr("wrote " + (files / "hf").string()));
  Command info;
  EXPECT_EQ(info.run({"info", (files / "hf").string(), "--format", "json"}), 0);
  const auto json = nlohmann::json::parse(info.out.str());
  EXPECT_EQ(json["layout"], "matcher");
  EXPECT_EQ(json["image_size"], 16);
}

TEST(ModelCommand, WarningsGoToTheSecondStream) {
  const test::SmallModelFiles files(Layout::kVqa);
  Command command;
  EXPECT_EQ(command.run({"convert", files.model(), (files / "hf").string()}), 0);
  EXPECT_THAT(command.err.str(), HasSubstr("warning: transformers"));
  EXPECT_EQ(command.out.str().find("warning"), std::string::npos);
}

TEST(ModelCommand, WrongUsageIsNoRun) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{},
                                             {"info"},
                                             {"convert", "m.pth"},
                                             {"info", "m.pth", "--format", "xml"},
                                             {"convert", "m.pth", "x", "--layout", "nlvr"},
                                             {"convert", "m.pth", "x", "--to", "onnx"},
                                             {"info", "m.pth", "--image-size", "0"},
                                             {"info", "m.pth", "--image-size", "big"},
                                             {"info", "m.pth", "--unknown"}}) {
    Command command;
    EXPECT_EQ(command.run(arguments), 2);
    EXPECT_FALSE(command.message.empty());
  }
}

}  // namespace
}  // namespace blip
