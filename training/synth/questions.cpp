#include "training/synth/questions.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>

#include "training/synth/naming.h"

namespace blip::synth {
namespace {

using Maybe = std::optional<Question>;

std::string text_of(std::string_view view) {
  return std::string(view);
}

Maybe ask_count(World world, const SceneFacts& facts, Random& random) {
  const Group& group = random.pick(facts.groups);
  int count = total_count(facts);
  std::string what = "shapes";
  if (world == World::kRich) {
    const std::size_t form = random.index(4);
    const auto count_of = [&](auto test) {
      int sum = 0;
      for (const Group& other : facts.groups) sum += test(other) ? other.count() : 0;
      return sum;
    };
    if (form == 1) {
      what = text_of(word(group.color)) + " " + plural(word(group.shape));
      count = group.count();
    } else if (form == 2) {
      what = plural(word(group.shape));
      count = count_of([&](const Group& other) { return other.shape == group.shape; });
    } else if (form == 3) {
      what = text_of(word(group.color)) + " things";
      count = count_of([&](const Group& other) { return other.color == group.color; });
    }
  }
  return Question{"how many " + what + " are there?", std::to_string(count), "count"};
}

Maybe ask_color(World world, const SceneFacts& facts, Random& random) {
  const Group& group = random.pick(facts.groups);
  const auto subject = by_shape(world, facts, group);
  if (!subject) return std::nullopt;
  return Question{"what color " + text_of(be(group)) + " the " + *subject + "?", text_of(word(group.color)), "color"};
}

Maybe ask_shape(World world, const SceneFacts& facts, Random& random) {
  const Group& group = random.pick(facts.groups);
  const auto subject = by_color(world, facts, group);
  if (!subject) return std::nullopt;
  return Question{"what shape " + text_of(be(group)) + " the " + *subject + "?", text_of(word(group.shape)), "shape"};
}

Maybe ask_size(World world, const SceneFacts& facts, Random& random) {
  const Group& group = random.pick(facts.groups);
  const std::string subject = world == World::kRich ? kind_of(group) : text_of(word(group.shape));
  return Question{text_of(be(group)) + " the " + subject + " small or large?", text_of(word(group.size)), "size"};
}

// "is the red star left of the blue ring?" As many answers are yes as no.
Maybe ask_whether(const Group& first, const Group& second, Random& random) {
  const bool yes = random.chance(0.5);
  std::vector<Relation> fitting;
  for (std::size_t i = 0; i < kRelationPhrases.size(); ++i) {
    const auto relation = static_cast<Relation>(i);
    if (yes ? clearly_holds(relation, first, second) : clearly_fails(relation, first, second))
      fitting.push_back(relation);
  }
  if (fitting.empty()) return std::nullopt;
  const Relation relation = random.pick(fitting);
  return Question{
      text_of(be(first)) + " the " + kind_of(first) + " " + text_of(phrase(relation)) + " the " + kind_of(second) + "?",
      yes ? "yes" : "no", "relation"};
}

Maybe ask_relation(World world, const SceneFacts& facts, Random& random) {
  if (facts.groups.size() < 2 || (world == World::kBasic && facts.groups.size() > 2)) return std::nullopt;
  const Group& base = random.pick(facts.groups);
  const auto relation = static_cast<Relation>(random.index(kRelationPhrases.size()));
  if (world == World::kRich && random.chance(0.5)) {
    const Group& other = random.pick(facts.groups);
    return &other == &base ? std::nullopt : ask_whether(other, base, random);
  }
  if (world == World::kBasic && relation != main_relation(facts) && relation != opposite(main_relation(facts)))
    return std::nullopt;
  const Group* found = nullptr;
  for (const Group& other : facts.groups) {
    if (&other == &base || clearly_fails(relation, other, base)) continue;
    if (found != nullptr || !clearly_holds(relation, other, base)) return std::nullopt;
    found = &other;
  }
  if (found == nullptr) return std::nullopt;
  return Question{"what is " + text_of(phrase(relation)) + " the " + kind_of(base) + "?",
                  text_of(word(found->color)) + " " + text_of(word(found->shape)), "relation"};
}

Maybe ask_exist(World world, const SceneFacts& facts, Random& random) {
  const bool rich = world == World::kRich;
  const Group& group = random.pick(facts.groups);
  Color color = group.color;
  Shape shape = group.shape;
  const bool yes = random.chance(0.5);
  const auto is_there = [&] {
    return count_groups(facts, [&](const Group& g) { return g.color == color && g.shape == shape; }) > 0;
  };
  static constexpr std::array<double, 3> kOdds = {0.4, 0.4, 0.2};  // another colour, another shape, both
  const std::size_t change = random.weighted(kOdds);
  while (!yes && is_there()) {
    if (change != 1) color = static_cast<Color>(random.index(rich ? kColorWords.size() : kBasicColors));
    if (change != 0) shape = static_cast<Shape>(random.index(rich ? kShapeWords.size() : kBasicShapes));
  }
  const std::string article = color == Color::kOrange ? "an " : "a ";
  return Question{"is there " + article + text_of(word(color)) + " " + text_of(word(shape)) + "?", yes ? "yes" : "no",
                  "exist"};
}

Maybe ask_background(World, const SceneFacts& facts, Random&) {
  return Question{"what color is the background?", text_of(word(facts.background)), "background"};
}

using Ask = Maybe (*)(World, const SceneFacts&, Random&);

std::vector<Question> ask_some(std::vector<Ask> asks, World world, const SceneFacts& facts, std::size_t count,
                               Random& random) {
  std::vector<Question> questions;
  random.shuffle(asks);
  for (const Ask ask : asks) {
    if (questions.size() >= count) break;
    constexpr int kTries = 4;  // not every group or relation gives a question
    for (int i = 0; i < kTries; ++i) {
      if (auto question = ask(world, facts, random)) {
        questions.push_back(*std::move(question));
        break;
      }
    }
  }
  return questions;
}

}  // namespace

nlohmann::json questions_to_json(const std::vector<Question>& questions) {
  auto json = nlohmann::json::array();
  for (const Question& q : questions)
    json.push_back({{"question", q.question}, {"answer", q.answer}, {"kind", q.kind}});
  return json;
}

std::vector<Question> sample_questions(World world, const SceneFacts& facts, std::size_t count, Random& random) {
  return ask_some({ask_count, ask_color, ask_shape, ask_size, ask_relation, ask_exist, ask_background}, world, facts,
                  count, random);
}

std::vector<Question> sample_clip_questions(World world, const std::vector<SceneFacts>& shots, std::size_t count,
                                            Random& random) {
  SceneFacts all;
  for (const SceneFacts& shot : shots)
    for (const Group& group : shot.groups) {
      const auto same = [&](const Group& other) { return other.color == group.color && other.shape == group.shape; };
      if (count_groups(all, same) == 0) all.groups.push_back(group);
    }
  // Sizes and counts may differ between shots: all are large single things, which no size tells apart.
  for (Group& group : all.groups) {
    group.places.resize(1);
    group.size = Size::kLarge;
  }
  return ask_some({ask_exist, ask_exist, ask_color, ask_shape}, world, all, count, random);
}

}  // namespace blip::synth
