#include "training/synth/dialogue.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <set>
#include <sstream>

#include "tests/training/synth/facts_builder.h"

namespace blip::synth {
namespace {

// The words of a text, marks dropped.
std::vector<std::string> words_of(std::string text) {
  for (char& c : text)
    if (c == '?') c = ' ';
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

// A listener who was told the scene: answers a question after what was said before it, from the objects and the words
// alone.
class Listener {
 public:
  explicit Listener(const SceneFacts& facts) : facts_(facts) {}

  // "" for a question that has no answer, or more than one.
  std::string answer(const std::string& question) {
    const auto words = words_of(question);
    const bool elliptic = words[0] == "and" || (words[0] == "what" && words[1] == "about");
    if (!elliptic) kind_ = kind_of_question(question, words);
    const bool pronoun = std::any_of(words.begin(), words.end(),
                                     [](const std::string& w) { return w == "it" || w == "they" || w == "them"; });
    if (kind_ == "background") return forget(std::string(word(facts_.background)));
    if (kind_ == "whether") return forget(whether(words));
    std::vector<const Group*> meant;
    if (pronoun) {
      if (it_ == nullptr) return "";
      meant = {it_};
    } else {
      meant = named(words);
    }
    if (kind_ == "exist") {
      it_ = meant.empty() ? nullptr : meant[0];
      return meant.empty() ? "no" : "yes";
    }
    if (kind_ == "count") {
      int sum = 0;
      for (const Group* group : meant) sum += group->count();
      it_ = meant.size() == 1 && question != "how many shapes are there?" ? meant[0] : nullptr;
      return std::to_string(sum);
    }
    if (meant.size() != 1) return "";
    it_ = meant[0];
    if (kind_ == "beside") return beside(*it_, relation_in(question));
    return kind_ == "color"   ? std::string(word(it_->color))
           : kind_ == "shape" ? std::string(word(it_->shape))
                              : std::string(word(it_->size));
  }

 private:
  static std::string kind_of_question(const std::string& question, const std::vector<std::string>& words) {
    if (question == "what color is the background?") return "background";
    if (words[0] == "how") return "count";
    if (question.find(" or ") != std::string::npos) return "size";
    if (words[0] == "what" && (words[1] == "color" || words[1] == "shape")) return words[1];
    if (words[1] == "there") return "exist";
    return words[0] == "what" ? "beside" : "whether";
  }

  static Relation relation_in(const std::string& question) {
    for (int i = 0; i < 4; ++i)
      if (question.find(phrase(static_cast<Relation>(i))) != std::string::npos) return static_cast<Relation>(i);
    ADD_FAILURE() << question;
    return {};
  }

  // The groups that the words fit. "or" begins the choice of a question for size.
  std::vector<const Group*> named(const std::vector<std::string>& words) const {
    std::vector<const Group*> fitting;
    const auto end = std::find(words.begin(), words.end(), "or");
    for (const Group& group : facts_.groups) {
      bool fits = true;
      for (auto w = words.begin(); w != end; ++w) {
        if (const auto color = color_of(*w)) fits = fits && *color == group.color;
        if (const auto shape = shape_of(*w)) fits = fits && *shape == group.shape;
        if (const auto shape = plural_shape_of(*w)) fits = fits && *shape == group.shape;
        if (const auto size = size_of(*w); size && end == words.end()) fits = fits && *size == group.size;
      }
      if (fits) fitting.push_back(&group);
    }
    return fitting;
  }

  std::string whether(const std::vector<std::string>& words) const {
    std::string text;
    for (const auto& w : words) text += w + " ";
    const Relation relation = relation_in(text);
    const auto middle = text.find(phrase(relation));
    const auto first = named(words_of(text.substr(0, middle))), second = named(words_of(text.substr(middle)));
    if (first.size() != 1 || second.size() != 1) return "";
    return separation(relation, *first[0], *second[0]) > 0 ? "yes" : "no";
  }

  std::string beside(const Group& base, Relation relation) {
    const Group* found = nullptr;
    for (const Group& group : facts_.groups) {
      if (&group == &base || separation(relation, group, base) <= 0) continue;
      if (found != nullptr) return "";
      found = &group;
    }
    it_ = found;
    return found == nullptr ? "" : std::string(word(found->color)) + " " + std::string(word(found->shape));
  }

  std::string forget(std::string answer) {
    it_ = nullptr;
    return answer;
  }

  const SceneFacts& facts_;
  std::string kind_;
  const Group* it_ = nullptr;
};

TEST(Listener, AnswersAConversationWrittenByHand) {
  const SceneFacts facts = test::circles_and_star();
  Listener listener(facts);
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
    Listener listener(facts);
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
      const auto words = words_of(question);
      const bool elliptic = words[0] == "and" || (words[0] == "what" && words[1] == "about");
      const bool alone = !elliptic && !Listener(facts).answer(question).empty();
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
    for (const Turn& turn : turns)
      if (!turn.follow_up) EXPECT_TRUE(alone.insert(turn.asked.question).second) << turn.asked.question;
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
