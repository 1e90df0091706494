// Every frame of the clips goes through the whole program; at a shot's middle frame the probabilities of its own and of
// the wrong caption are the original code's.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "tests/pipelines/support/gst_blip.h"
#include "tests/support/golden.h"
#include "tests/support/json_lines.h"

namespace blip {
namespace {

using Json = nlohmann::json;

// Both of tests/data/shapes/README.md: for the same pixels, and for another decoder's. Motion JPEG is decoded by
// libjpeg in GStreamer, by FFmpeg in the reference.
double tolerance_for(const std::string& file) {
  return file.ends_with(".avi") ? 0.0488 : 1e-4;
}

// The record whose picture a time lies in; null when there is none.
const Json* record_at(const std::vector<Json>& records, double seconds) {
  constexpr double kRounding = 0.0015;  // the references round to microseconds, some containers to milliseconds
  for (const Json& record : records)
    if (record.at("start").get<double>() - kRounding <= seconds && seconds < record.at("end").get<double>() - kRounding)
      return &record;
  return nullptr;
}

double probability_of(const Json& record, const std::string& text) {
  for (const Json& score : record.at("scores"))
    if (score.at("query") == text) return score.at("probability");
  return NAN;
}

int compare_probabilities(const Json& clip) {
  const std::string file = test::shapes_dir() / clip.at("file").get<std::string>();
  std::vector<std::string> command = {
      test::gst_blip_program(),           "match", file, "--scores", "--format", "json", "--fps", "0", "--model",
      test::shapes_dir() / "pretrain.pth"};
  std::set<std::string> texts;
  for (const Json& shot : clip.at("shots"))
    for (const char* which : {"own_text", "wrong_text"}) texts.insert(shot.at(which));
  for (const std::string& text : texts) command.insert(command.end(), {"-q", text});
  const auto result = test::run_program(command);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.err, "");
  const auto records = test::json_records(result);
  for (const Json& shot : clip.at("shots")) {
    const Json* record = record_at(records, shot.at("pts"));
    if (record == nullptr) {
      ADD_FAILURE() << file << " at " << shot.at("pts");
      continue;
    }
    for (const std::string which : {"own", "wrong"})
      EXPECT_NEAR(probability_of(*record, shot.at(which + "_text")), shot.at(which).at("itm").get<double>(),
                  tolerance_for(file))
          << file << " at " << shot.at("pts") << ": " << shot.at(which + "_text");
  }
  return static_cast<int>(clip.at("shots").size());
}

void compare_clips(std::size_t step) {
  const Json expected = test::read_json(test::shapes_dir() / "expected.json");
  int shots = 0;
  for (std::size_t i = 0; i < expected.at("clips").size(); i += step)
    shots += compare_probabilities(expected.at("clips")[i]);
  EXPECT_GT(shots, 0);
}

TEST(MatchGolden, FindsInAShotWhatTheOriginalFinds) {
  compare_clips(12);
}

TEST(MatchSlow, FindsInEveryShotWhatTheOriginalFinds) {
  compare_clips(1);
}

TEST(MatchSlow, FindsInTheDemoWhatTheOriginalFinds) {
  const Json expected = test::read_json(test::shapes_dir() / "expected.json");
  if (!expected.contains("demo")) GTEST_SKIP() << "this set has no demo clip";
  EXPECT_GT(compare_probabilities(expected.at("demo")), 0);
}

}  // namespace
}  // namespace blip
