// The answers that tests/data/chat expects are those that its annotations give.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "tests/support/json_lines.h"
#include "tests/training/synth/listener.h"

namespace blip::synth {
namespace {

TEST(ChatScript, AnswersFollowFromTheAnnotations) {
  const std::filesystem::path folder = std::filesystem::path(BLIP_SOURCE_DIR) / "tests/data/chat";
  std::map<std::string, SceneFacts> scenes;
  const auto annotations = blip::test::read_json(folder / "annotations.json");
  for (const auto& clip : annotations.at("clips"))
    scenes[clip.at("file").get<std::string>()] = facts_from_json(clip.at("shots").at(0), clip.at("file"));
  std::map<std::string, test::Listener> listeners;
  for (const auto& [file, facts] : scenes) listeners.emplace(file, facts);
  int turns = 0, follow_ups = 0;
  for (const auto& turn : blip::test::read_json(folder / "script.json")) {
    const auto question = turn.at("question").get<std::string>();
    const auto clip = turn.at("clip").get<std::string>();
    EXPECT_EQ(listeners.at(clip).answer(question), turn.at("expected").get<std::string>()) << question;
    ++turns;
    if (!turn.at("follow_up").get<bool>()) continue;
    ++follow_ups;
    const auto words = test::words_of(question);
    const bool elliptic = words[0] == "and" || words[1] == "about";
    EXPECT_TRUE(elliptic || test::Listener(scenes.at(clip)).answer(question).empty()) << question;
  }
  EXPECT_EQ(listeners.size(), 3U);
  EXPECT_EQ(turns, 20);
  EXPECT_GT(follow_ups, 5);
}

}  // namespace
}  // namespace blip::synth
