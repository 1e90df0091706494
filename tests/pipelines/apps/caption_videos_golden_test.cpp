// Videos go through the whole program: demuxer, decoder, element, model, writer; what it says at a shot's middle frame
// is what the original code says of that frame.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/pipelines/support/gst_blip.h"
#include "tests/support/golden.h"
#include "tests/support/json_lines.h"

namespace blip {
namespace {

// The original's settings, on every frame.
std::vector<std::string> arguments_for(const nlohmann::json& settings) {
  return {"--format",
          "json",
          "--token-ids",
          "--fps",
          "0",
          "--model",
          (test::shapes_dir() / "pretrain.pth").string(),
          "--prompt",
          settings.at("prompt").get<std::string>(),
          "--num-beams",
          settings.at("num_beams").dump(),
          "--min-length",
          settings.at("min_length").dump(),
          "--max-length",
          settings.at("max_length").dump()};
}

// The record that covers a time; null when there is none.
nlohmann::json record_at(const std::vector<nlohmann::json>& records, const std::string& source, double seconds) {
  constexpr double kRounding =
      0.0015;  // the references give times in seconds with three to six decimals, containers in milliseconds
  for (const auto& record : records)
    if (record.at("source") == source && record.at("start").get<double>() - kRounding <= seconds &&
        seconds < record.at("end").get<double>() - kRounding)
      return record;
  return nullptr;
}

void expect_captions(const std::vector<nlohmann::json>& clips, const nlohmann::json& settings) {
  ASSERT_FALSE(clips.empty());
  std::vector<std::string> arguments;
  for (const auto& clip : clips) arguments.push_back(test::shapes_dir() / clip.at("file").get<std::string>());
  const auto options = arguments_for(settings);
  arguments.insert(arguments.end(), options.begin(), options.end());
  const test::ProgramResult result = test::run_caption(arguments);
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.err, "");
  const auto records = test::json_records(result);
  for (const auto& clip : clips) {
    const std::string file = test::shapes_dir() / clip.at("file").get<std::string>();
    for (const auto& shot : clip.at("shots")) {
      const auto record = record_at(records, file, shot.at("pts").get<double>());
      ASSERT_FALSE(record.is_null()) << file << " at " << shot.at("pts");
      EXPECT_EQ(record.at("text"), shot.at("caption").at("text")) << file << " at " << shot.at("pts");
      EXPECT_EQ(record.at("token_ids"), shot.at("caption").at("ids")) << file << " at " << shot.at("pts");
    }
  }
}

// Every `step`th clip.
std::vector<nlohmann::json> some_clips(const nlohmann::json& expected, std::size_t step) {
  std::vector<nlohmann::json> clips;
  for (std::size_t i = 0; i < expected.at("clips").size(); i += step) clips.push_back(expected.at("clips")[i]);
  return clips;
}

TEST(CaptionVideosGolden, SaysOfAShotWhatTheOriginalSays) {
  const auto expected = test::read_json(test::shapes_dir() / "expected.json");
  expect_captions(some_clips(expected, 12), expected.at("settings").at("caption"));
}

TEST(CaptionVideosSlow, SaysOfTheDemoWhatTheOriginalSays) {
  const auto expected = test::read_json(test::shapes_dir() / "expected.json");
  if (!expected.contains("demo")) GTEST_SKIP() << "this set has no demo clip";
  expect_captions({expected.at("demo")}, expected.at("settings").at("caption"));
}

TEST(CaptionVideosSlow, SaysOfEveryShotWhatTheOriginalSays) {
  const auto expected = test::read_json(test::shapes_dir() / "expected.json");
  constexpr std::size_t kClipsOfARun = 10;
  const auto clips = some_clips(expected, 1);
  for (std::size_t begin = 0; begin < clips.size(); begin += kClipsOfARun) {
    const std::size_t end = std::min(begin + kClipsOfARun, clips.size());
    expect_captions({clips.begin() + begin, clips.begin() + end}, expected.at("settings").at("caption"));
  }
}

}  // namespace
}  // namespace blip
