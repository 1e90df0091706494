// The shipped small BLIP-2 in a conversation whose answers are known: tests/data/chat.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "tests/pipelines/support/gst_blip.h"
#include "tests/support/json_lines.h"

namespace blip {
namespace {

namespace fs = std::filesystem;

constexpr double kLeastRight = 0.8;

struct Score {
  double right = 0, all = 0;
  double share() const { return all == 0 ? 0 : right / all; }
};

TEST(ChatScriptGolden, FourOfFiveAnswersAreRightAndAsManyOfThoseThatNeedTheHistory) {
  const fs::path data = fs::path(BLIP_SOURCE_DIR) / "tests/data/chat";
  if (!fs::exists(fs::path(BLIP_SOURCE_DIR) / "training/pretrained/blip2/config.json"))
    GTEST_SKIP() << "there is no small BLIP-2 in training/pretrained";
  std::vector<std::string> clips;
  std::map<std::string, std::vector<nlohmann::json>> turns;
  for (const auto& turn : test::read_json(data / "script.json")) {
    const std::string clip = turn.at("clip");
    if (turns[clip].empty()) clips.push_back(clip);
    turns[clip].push_back(turn);
  }
  ASSERT_FALSE(clips.empty());
  Score all, follow_ups;
  std::string wrong;
  for (const std::string& clip : clips) {
    test::ProgramOptions options;
    options.environment = {{"GST_BLIP_MODEL", ""}};
    for (const auto& turn : turns.at(clip)) options.input += turn.at("question").get<std::string>() + "\n";
    const auto result = test::run_program({test::gst_blip_program(), "chat", data / clip}, options);
    ASSERT_EQ(result.exit_code, 0) << result.err;
    const auto answers = result.out_lines();
    ASSERT_EQ(answers.size(), turns.at(clip).size()) << result.out;
    for (std::size_t i = 0; i < answers.size(); ++i) {
      const auto& turn = turns.at(clip)[i];
      const bool right = answers[i] == turn.at("expected").get<std::string>();
      for (Score* score : {&all, turn.at("follow_up").get<bool>() ? &follow_ups : nullptr}) {
        if (score == nullptr) continue;
        score->all += 1;
        score->right += right ? 1 : 0;
      }
      if (!right) wrong += clip + " " + turn.dump() + ": " + answers[i] + "\n";
    }
  }
  EXPECT_GE(all.share(), kLeastRight) << wrong;
  EXPECT_GE(follow_ups.share(), kLeastRight) << wrong;
}

}  // namespace
}  // namespace blip
