#include "training/synth/dialogue.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/training/synth/facts_builder.h"
#include "tests/training/synth/listener.h"

namespace blip::synth {
namespace {

TEST(Listener, AnswersAConversationWrittenByHand) {
  const SceneFacts facts = test::circles_and_star();
  test::Listener listener(facts);
  EXPECT_EQ(listener.answer("how many circles are there?"), "2");
  EXPECT_EQ(listener.answer("what color are they?"), "red");
  EXPECT_EQ(listener.answer("and the star?"), "blue");
  EXPECT_EQ(listener.answer("is it small or large?"), "large");
  EXPECT_EQ(listener.answer("what is left of it?"), "red circle");
  EXPECT_EQ(listener.answer("how many of them are there?"), "2");
  EXPECT_EQ(listener.answer("is there a blue ring?"), "no");
  EXPECT_EQ(listener.answer("what about a blue star?"), "yes");
  EXPECT_EQ(listener.answer("is the blue star left of the red circles?"), "no");
  EXPECT_EQ(listener.answer("what color is the background?"), "dark");
  EXPECT_EQ(listener.answer("what shape is it?"), "");
}

TEST(Dialogue, EveryAnswerFollowsFromTheSceneAndWhatWasSaid) {
  std::map<std::string, int> kinds;
  int later = 0, follow_ups = 0;
  for (std::uint64_t i = 0; i < 3000; ++i) {
    Random random({31, i});
    const SceneFacts facts = sample_scene(World::kRich, {}, random).facts;
    test::Listener listener(facts);
    const auto turns = sample_dialogue(World::kRich, facts, 8, random);
    ASSERT_FALSE(turns.empty());
    EXPECT_FALSE(turns[0].follow_up);
    std::string before;
    for (const Turn& turn : turns) {
      ASSERT_EQ(listener.answer(turn.asked.question), turn.asked.answer) << before << turn.asked.question;
      before += turn.asked.question + " " + turn.asked.answer + ". ";
      ++kinds[turn.asked.kind];
      follow_ups += turn.follow_up ? 1 : 0;
    }
    later += static_cast<int>(turns.size()) - 1;
  }
  EXPECT_EQ(kinds.size(), 7U);
  for (const auto& [kind, count] : kinds) EXPECT_GT(count, 300) << kind;
  EXPECT_GT(follow_ups, later / 4);
}

TEST(Dialogue, FollowUpsAreThoseThatNameNothingThemselves) {
  int seen = 0;
  for (std::uint64_t i = 0; i < 300; ++i) {
    Random random({32, i});
    const SceneFacts facts = sample_scene(World::kRich, {}, random).facts;
    for (const Turn& turn : sample_dialogue(World::kRich, facts, 6, random)) {
      // A listener who heard nothing before cannot answer.
      const std::string& question = turn.asked.question;
      const auto words = test::words_of(question);
      const bool elliptic = words[0] == "and" || (words[0] == "what" && words[1] == "about");
      const bool alone = !elliptic && !test::Listener(facts).answer(question).empty();
      EXPECT_EQ(alone, !turn.follow_up) << question;
      seen += turn.follow_up ? 1 : 0;
    }
  }
  EXPECT_GT(seen, 200);
}

TEST(Dialogue, NothingIsAskedTwice) {
  for (std::uint64_t i = 0; i < 300; ++i) {
    Random random({33, i});
    const SceneFacts facts = sample_scene(World::kRich, {}, random).facts;
    std::set<std::string> alone;
    const auto turns = sample_dialogue(World::kRich, facts, 8, random);
    EXPECT_LE(turns.size(), 8U);
    for (const Turn& turn : turns) {
      if (turn.follow_up) continue;
      EXPECT_TRUE(alone.insert(turn.asked.question).second) << turn.asked.question;
    }
  }
}

TEST(Dialogue, EqualRandomNumbersGiveEqualConversations) {
  const SceneFacts facts = test::circles_and_star();
  Random first({34}), second({34});
  const auto a = sample_dialogue(World::kRich, facts, 5, first), b = sample_dialogue(World::kRich, facts, 5, second);
  EXPECT_EQ(dialogue_prompt(a, "?"), dialogue_prompt(b, "?"));
  EXPECT_EQ(a.size(), 5U);
}

TEST(DialoguePrompt, PutsEarlierTurnsInFront) {
  EXPECT_EQ(dialogue_prompt({}, "what color is the star?"), "Question: what color is the star? Answer:");
  const std::vector<Turn> before = {{{"what color is the star?", "blue", "color"}, false},
                                    {{"is it small or large?", "large", "size"}, true}};
  EXPECT_EQ(dialogue_prompt(before, "and the red circle?"),
            "Question: what color is the star? Answer: blue. Question: is it small or large? Answer: large. "
            "Question: and the red circle? Answer:");
  EXPECT_EQ(dialogue_lines(before),
            "Question: what color is the star? Answer: blue\nQuestion: is it small or large? Answer: large");
}

}  // namespace
}  // namespace blip::synth
