#include "training/synth/questions.h"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "tests/training/synth/facts_builder.h"
#include "tests/training/synth/shapes_file.h"

namespace blip::synth {
namespace {

// A question as the words it holds; answers are worked out from them again, from the objects one by one.
struct Words {
  std::vector<Color> colors;
  std::vector<Shape> shapes;
  std::vector<Size> sizes;
  explicit Words(std::string text) {
    for (char& c : text)
      if (c == '?') c = ' ';
    std::istringstream stream(text);
    for (std::string token; stream >> token;) {
      if (const auto color = color_of(token)) colors.push_back(*color);
      if (const auto shape = shape_of(token)) shapes.push_back(*shape);
      if (const auto shape = plural_shape_of(token)) shapes.push_back(*shape);
      if (const auto size = size_of(token)) sizes.push_back(*size);
    }
  }
};

bool fits(const Group& group, const Words& words, bool with_size = true) {
  return (words.colors.empty() || words.colors[0] == group.color) &&
         (words.shapes.empty() || words.shapes[0] == group.shape) &&
         (!with_size || words.sizes.empty() || words.sizes[0] == group.size);
}

Relation relation_in(const std::string& question) {
  for (int i = 0; i < 4; ++i)
    if (question.find(phrase(static_cast<Relation>(i))) != std::string::npos) return static_cast<Relation>(i);
  ADD_FAILURE() << question;
  return {};
}

// Every answer that fits; a good question has one.
std::set<std::string> answers(const Question& asked, const SceneFacts& facts) {
  const Words words(asked.question);
  std::set<std::string> found;
  int count = 0;
  const bool is_choice = asked.kind == "size" || asked.kind == "exist" || asked.kind == "count";
  for (const Group& group : facts.groups) {
    if (!fits(group, words, !is_choice)) continue;
    count += group.count();
    if (asked.kind == "color") found.insert(std::string(word(group.color)));
    if (asked.kind == "shape") found.insert(std::string(word(group.shape)));
    if (asked.kind == "size") found.insert(std::string(word(group.size)));
  }
  if (asked.kind == "count") found.insert(std::to_string(count));
  if (asked.kind == "exist") found.insert(count > 0 ? "yes" : "no");
  if (asked.kind == "background") found.insert(std::string(word(facts.background)));
  if (asked.kind != "relation") return found;
  const Relation relation = relation_in(asked.question);
  for (const Group& a : facts.groups)
    for (const Group& b : facts.groups) {
      if (&a == &b) continue;
      const bool is_a = a.color == words.colors[0] && a.shape == words.shapes[0];
      if (words.colors.size() == 2) {
        const bool is_b = b.color == words.colors[1] && b.shape == words.shapes[1];
        if (is_a && is_b) found.insert(separation(relation, a, b) > 0 ? "yes" : "no");
      } else if (is_a && separation(relation, b, a) > 0) {
        found.insert(std::string(word(b.color)) + " " + std::string(word(b.shape)));
      }
    }
  return found;
}

class QuestionsOfWorld : public ::testing::TestWithParam<World> {};
INSTANTIATE_TEST_SUITE_P(Each, QuestionsOfWorld, ::testing::Values(World::kBasic, World::kRich));

TEST_P(QuestionsOfWorld, QuestionsHaveExactlyTheOneAnswer) {
  std::map<std::string, std::map<std::string, int>> seen;
  for (std::uint64_t i = 0; i < 1500; ++i) {
    Random random({21, i});
    const Scene scene = sample_scene(GetParam(), {}, random);
    std::set<std::string> kinds;
    for (const Question& asked : sample_questions(GetParam(), scene.facts, 4, random)) {
      EXPECT_TRUE(kinds.insert(asked.kind).second) << asked.kind << " twice";
      EXPECT_EQ(answers(asked, scene.facts), std::set<std::string>{asked.answer}) << asked.question;
      ++seen[asked.kind][asked.answer];
    }
    EXPECT_GE(kinds.size(), 3U);
  }
  ASSERT_EQ(seen.size(), 7U);
  const auto share_of_yes = [&](const std::string& kind) {
    const double yes = seen[kind]["yes"], no = seen[kind]["no"];
    return yes / (yes + no);
  };
  EXPECT_NEAR(share_of_yes("exist"), 0.5, 0.06);
  if (GetParam() == World::kRich) {
    EXPECT_NEAR(share_of_yes("relation"), 0.5, 0.1);
    EXPECT_EQ(seen["count"].size(), 6U);
    EXPECT_EQ(seen["shape"].size(), 8U);
    EXPECT_EQ(seen["color"].size(), 10U);
  }
}

TEST_P(QuestionsOfWorld, ClipQuestionsHaveOneAnswerInTheWholeClip) {
  for (std::uint64_t i = 0; i < 200; ++i) {
    Random random({22, i});
    std::vector<SceneFacts> shots;
    SceneFacts all;
    for (int shot = 0; shot < 3; ++shot) {
      shots.push_back(sample_scene(GetParam(), {}, random).facts);
      for (const Group& group : shots.back().groups) all.groups.push_back(group);
    }
    for (const Question& asked : sample_clip_questions(GetParam(), shots, 4, random))
      EXPECT_EQ(answers(asked, all), std::set<std::string>{asked.answer}) << asked.question;
  }
}

TEST(Questions, NoMostlyNamesWhatIsPartlyThere) {
  const SceneFacts facts = test::circles_and_star();
  int no = 0, partly = 0;
  for (std::uint64_t i = 0; i < 600; ++i) {
    Random random({23, i});
    for (const Question& asked : sample_questions(World::kRich, facts, 7, random)) {
      if (asked.kind != "exist" || asked.answer != "no") continue;
      const Words words(asked.question);
      ++no;
      for (const Group& group : facts.groups)
        if (group.color == words.colors.at(0) || group.shape == words.shapes.at(0)) {
          ++partly;
          break;
        }
    }
  }
  EXPECT_GT(no, 200);
  EXPECT_GT(partly, 0.75 * no);
}

TEST(QuestionsGolden, AnswersAreThoseOfTheReferenceClips) {
  int asked = 0, found = 0;
  const int shots = test::for_each_shot([&](const auto& shot, const SceneFacts& facts) {
    std::map<std::string, std::string> ours;
    for (std::uint64_t i = 0; i < 60; ++i) {
      Random random({24, i});
      for (const Question& question : sample_questions(World::kBasic, facts, 7, random))
        ours[question.question] = question.answer;
    }
    for (const auto& question : shot.at("questions")) {
      ++asked;
      const auto answer = ours.find(question.at("question").template get<std::string>());
      if (answer == ours.end()) continue;
      ++found;
      EXPECT_EQ(answer->second, question.at("answer").template get<std::string>()) << question;
    }
  });
  EXPECT_GT(shots, 0);
  EXPECT_GT(found, 0.9 * asked);  // "no" to what is not there has many forms
}

}  // namespace
}  // namespace blip::synth
