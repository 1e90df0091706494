// Questions about whole clips go through the whole program: file, decoder, choice of frames, model; the answers are the
// original code's.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "tests/pipelines/support/gst_blip.h"
#include "tests/support/golden.h"
#include "tests/support/json_lines.h"

namespace blip {
namespace {

using Json = nlohmann::json;

std::vector<std::string> options_for(const Json& settings) {
  const Json& vqa = settings.at("vqa");
  return {"--model",
          test::shapes_dir() / "vqa.pth",
          "--format",
          "json",
          "--token-ids",
          "--frames",
          settings.at("video").at("frames").dump(),
          "--num-beams",
          vqa.at("num_beams").dump(),
          "--min-length",
          vqa.at("min_length").dump(),
          "--max-length",
          vqa.at("max_length").dump()};
}

// One run over some clips; every question is asked about each of them, only the recorded answers are compared.
int compare_answers(const std::vector<Json>& clips, const Json& settings) {
  std::vector<std::string> command = {test::gst_blip_program(), "ask"};
  std::set<std::string> questions;
  for (const Json& clip : clips) {
    command.push_back(test::shapes_dir() / clip.at("file").get<std::string>());
    for (const Json& asked : clip.at("video_answers")) questions.insert(asked.at("question"));
  }
  for (const std::string& question : questions) command.insert(command.end(), {"-q", question});
  const auto options = options_for(settings);
  command.insert(command.end(), options.begin(), options.end());
  const auto result = test::run_program(command);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.err, "");
  std::map<std::pair<std::string, std::string>, Json> found;
  for (Json& record : test::json_records(result)) found[{record.at("source"), record.at("question")}] = record;
  int answers = 0;
  for (const Json& clip : clips)
    for (const Json& original : clip.at("video_answers")) {
      const std::string file = test::shapes_dir() / clip.at("file").get<std::string>();
      const Json& record = found.at({file, original.at("question")});
      EXPECT_EQ(record.at("token_ids"), original.at("ids")) << file << ": " << original.at("question");
      EXPECT_EQ(record.at("text"), original.at("generate")) << file << ": " << original.at("question");
      ++answers;
    }
  return answers;
}

// Every `stride`th clip; the elements are held against all of them in tests/plugins/golden.
void compare_clips(std::size_t stride) {
  constexpr std::size_t kClipsOfARun = 4;
  const Json expected = test::read_json(test::shapes_dir() / "expected.json");
  std::vector<Json> clips;
  for (std::size_t i = 0; i < expected.at("clips").size(); i += stride) clips.push_back(expected.at("clips")[i]);
  if (expected.contains("demo")) clips.push_back(expected.at("demo"));
  int answers = 0;
  for (std::size_t begin = 0; begin < clips.size(); begin += kClipsOfARun) {
    const auto end = std::min(begin + kClipsOfARun, clips.size());
    answers += compare_answers({clips.begin() + begin, clips.begin() + end}, expected.at("settings"));
  }
  EXPECT_GT(answers, 0);
}

TEST(AskGolden, AnswersAboutClipsWhatTheOriginalAnswers) {
  compare_clips(5);
}

TEST(AskSlow, AnswersAboutEveryClipWhatTheOriginalAnswers) {
  compare_clips(1);
}

}  // namespace
}  // namespace blip
