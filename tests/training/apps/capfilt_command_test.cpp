#include "training/apps/capfilt_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <fstream>

#include "core/base/error.h"
#include "pipelines/terminal/console.h"
#include "pipelines/terminal/usage_error.h"
#include "tests/support/golden.h"
#include "tests/support/json_lines.h"
#include "tests/support/temp_dir.h"
#include "tests/training/data/data_fixtures.h"
#include "training/data/video_texts.h"

namespace blip {
namespace {

using test::error_of;
using testing::AllOf;
using testing::HasSubstr;

struct Ran {
  int code = 0;
  std::string out;  // stdout
};

Ran capfilt(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "capfilt");
  Console console("test");
  CLI::App app;
  const auto run = add_capfilt_command(app, console);
  app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  testing::internal::CaptureStdout();
  Ran ran;
  try {
    ran.code = run();
  } catch (...) {
    testing::internal::GetCapturedStdout();
    throw;
  }
  ran.out = testing::internal::GetCapturedStdout();
  return ran;
}

std::string usage_error_of(const std::vector<std::string>& arguments) {
  try {
    capfilt(arguments);
  } catch (const UsageError& error) {
    return error.what();
  }
  return {};
}

// The trained model on frames of its own world's clips.
TEST(CapFiltCommand, BootstrapsFramesOfVideos) {
  const test::TempDir dir;
  const std::string model = (test::shapes_dir() / "pretrain.pth").string();
  const auto clips = find_texted_videos(test::shapes_dir()).videos;
  const std::string clip = clips.at(0).file.string(), out = (dir / "out").string();
  std::vector<std::string> line{clip, "-o", out, "--shared", model, "--threads", "1", "--max-length", "30"};
  line.push_back("--dry-run");
  const Ran planned = capfilt(line);
  EXPECT_THAT(planned.out,
              AllOf(HasSubstr("1 videos"), HasSubstr("vision:     1 passes"), HasSubstr("nothing written")));
  EXPECT_FALSE(std::filesystem::exists(out));
  line.pop_back();
  EXPECT_EQ(capfilt(line).code, 0);
  const auto counts = test::read_json(dir / "out/counts.json").at("counts");
  EXPECT_GE(counts.at("pictures").at("kept").get<int>(), 2);
  EXPECT_EQ(counts.at("synthetic").at("in"), counts.at("pictures").at("kept"));
  for (const auto& pair : test::read_json_lines(dir / "out/pairs/000000.jsonl")) {
    if (!pair.contains("source")) continue;  // a frame that was left out
    EXPECT_EQ(pair.at("video"), clips[0].file.filename().string());
    EXPECT_EQ(pair.at("verdict") == "kept", pair.at("match").get<double>() >= 0.5);
  }
  EXPECT_EQ(capfilt(line).code, 0) << "nothing is left to do";
  line.insert(line.end(), {"--threshold", "0.25"});
  EXPECT_THAT(error_of([&] { capfilt(line); }), HasSubstr("threshold is 0.5 there and 0.25 now"));
}

TEST(CapFiltCommand, SaysWhatDoesNotGoBeforeItBegins) {
  const test::TempDir dir;
  const std::string shapes = test::shapes_dir().string(), out = (dir / "out").string();
  test::write_numbered_shards(dir / "in", 2, 2);
  const std::string in = (dir / "in").string();
  EXPECT_THAT(usage_error_of({in}), HasSubstr("-o OUT"));
  EXPECT_THAT(usage_error_of({in, "-o", out}), HasSubstr("needs a model"));
  EXPECT_THAT(usage_error_of({in, "-o", out, "--shared", "a", "--filter", "b"}), HasSubstr("--shared"));
  for (const char* shard : {"2/2", "1", "x/2", "0/0", "0/2x"})
    EXPECT_THAT(usage_error_of({in, "-o", out, "--filter", "b", "--shard", shard}), HasSubstr("i/n")) << shard;
  EXPECT_THAT(usage_error_of({in, "-o", out, "--filter", "b", "--decoding", "greedy"}), HasSubstr("nucleus or beam"));
  EXPECT_THAT(error_of([&] {
                capfilt({in, "-o", out, "--captioner", shapes + "/vqa.pth"});
              }),
              AllOf(HasSubstr("vqa.pth"), HasSubstr("use a captioning")));
  EXPECT_THAT(error_of([&] {
                capfilt({in, "-o", out, "--filter", shapes + "/hf-caption"});
              }),
              AllOf(HasSubstr("hf-caption"), HasSubstr("ITM")));
  EXPECT_THAT(error_of([&] { capfilt({in, "-o", out, "--filter", shapes + "/none.pth"}); }), HasSubstr("none.pth"));
  EXPECT_FALSE(std::filesystem::exists(out));
}

TEST(CapFiltCommand, MergesSharesAndScoresThem) {
  const test::TempDir dir;
  test::write_numbered_shards(dir / "in", 4, 2);
  const std::string in = (dir / "in").string(), model = (test::shapes_dir() / "pretrain.pth").string();
  std::vector<std::string> parts;
  for (const char* i : {"0", "1"}) {
    parts.push_back((dir / (std::string("part") + i)).string());
    capfilt({in, "-o", parts.back(), "--filter", model, "--threads", "1", "--shard", std::string(i) + "/2"});
  }
  EXPECT_EQ(capfilt({"merge", parts[1], parts[0], "-o", (dir / "all").string()}).code, 0);
  EXPECT_EQ(test::read_json(dir / "all/counts.json").at("counts").at("pictures").at("in"), 4);
  EXPECT_THAT(error_of([&] { capfilt({"score", (dir / "all").string()}); }), HasSubstr("blip-train synth"));
}

}  // namespace
}  // namespace blip
