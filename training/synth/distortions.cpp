#include "training/synth/distortions.h"

#include <array>
#include <vector>

#include "core/base/error.h"
#include "training/synth/captions.h"
#include "training/synth/truth.h"

namespace blip::synth {
namespace {

enum class Fact { kColor, kShape, kCount, kSize, kRelation, kBackground };
constexpr std::array<const char*, 6> kFactNames = {"colour", "shape", "count", "size", "relation", "background"};

bool is_stated(Fact fact, const Statement& statement) {
  const GroupClaim& claim = statement.claims.front();
  switch (fact) {
    case Fact::kColor:
      return claim.color.has_value();
    case Fact::kShape:
      return claim.shape.has_value();
    case Fact::kCount:
      return true;
    case Fact::kSize:
      return claim.size.has_value();
    case Fact::kRelation:
      return !statement.links.empty() && statement.links.front().has_value();
    case Fact::kBackground:
      return statement.background.has_value();
  }
  return false;
}

// One of the words of another claim half the time: the picture shows it, though not there.
template <class Value, class Member>
Value other_word(const Statement& statement, Member member, std::size_t words, Random& random) {
  if (statement.claims.size() > 1 && random.chance(0.5))
    if (const auto value = random.pick(statement.claims).*member) return *value;
  return static_cast<Value>(random.index(words));
}

void change(Fact fact, World world, Statement& statement, Random& random) {
  const bool rich = world == World::kRich;
  GroupClaim& claim = statement.claims[random.index(statement.claims.size())];
  switch (fact) {
    case Fact::kColor:
      claim.color = other_word<Color>(statement, &GroupClaim::color, rich ? kColorWords.size() : kBasicColors, random);
      break;
    case Fact::kShape:
      claim.shape = other_word<Shape>(statement, &GroupClaim::shape, rich ? kShapeWords.size() : kBasicShapes, random);
      break;
    case Fact::kCount:
      claim.count = random.between(1, 4);
      break;
    case Fact::kSize:
      claim.size = claim.size == Size::kSmall ? Size::kLarge : Size::kSmall;
      break;
    case Fact::kRelation:
      statement.links.front() = static_cast<Relation>(random.index(kRelationPhrases.size()));
      break;
    case Fact::kBackground:
      statement.background = static_cast<Background>(random.index(3));
      break;
  }
}

std::string other_scene_caption(World world, const SceneFacts& facts, Random& random) {
  while (true) {
    const Scene other = sample_scene(world, {}, random);
    const Statement statement = random.pick(true_statements(world, other.facts));
    if (surely_false(statement, facts)) return to_text(statement);
  }
}

std::string boilerplate(Random& random) {
  static constexpr std::array<const char*, 12> kTexts = {
      "stock photo",       "free download",    "click here to see more", "photo of the day",
      "best price online", "image not found",  "all rights reserved",    "my new video , please share",
      "home page",         "untitled picture", "view full size image",   "sign up for free"};
  const std::string text = random.pick(kTexts);
  if (random.chance(0.5)) return text;
  return "image " + std::to_string(random.between(100, 9999)) + " " + text;
}

// Leaves out a group, or of a single one its colour or shape.
Statement without_some(Statement statement, Random& random) {
  statement.total.reset();
  if (statement.claims.size() > 1) {
    const std::size_t keep = 1 + random.index(statement.claims.size() - 1);
    const std::size_t first = random.index(statement.claims.size() - keep + 1);
    const auto begin = statement.claims.begin() + static_cast<std::ptrdiff_t>(first);
    statement.claims = std::vector<GroupClaim>(begin, begin + static_cast<std::ptrdiff_t>(keep));
    statement.links.assign(keep - 1, std::nullopt);
  } else if (random.chance(0.5)) {
    statement.claims[0].color.reset();
  } else {
    statement.claims[0].shape.reset();
  }
  return statement;
}

WrongCaption changed_caption(World world, const SceneFacts& facts, Random& random) {
  while (true) {
    const Statement statement = random.pick(true_statements(world, facts));
    if (auto wrong = change_one_fact(world, facts, statement, random)) return *std::move(wrong);
  }
}

}  // namespace

std::optional<WrongCaption> change_one_fact(World world, const SceneFacts& facts, const Statement& statement,
                                            Random& random) {
  const auto fact = static_cast<Fact>(random.index(kFactNames.size()));
  if (!is_stated(fact, statement) || (fact == Fact::kCount && world == World::kBasic)) return std::nullopt;
  Statement changed = statement;
  constexpr int kTries = 4;
  for (int i = 0; i < kTries; ++i) {
    change(fact, world, changed, random);
    if (surely_false(changed, facts))
      return WrongCaption{to_text(changed), std::string(kFactNames[static_cast<std::size_t>(fact)]) + " changed"};
    changed = statement;
  }
  return std::nullopt;
}

WrongCaption sample_wrong_caption(World world, const SceneFacts& facts, Random& random) {
  if (random.chance(0.5)) return {other_scene_caption(world, facts, random), "other scene"};
  return changed_caption(world, facts, random);
}

void WebRates::validate() const {
  constexpr double kRounding = 1e-9;
  if (right >= 0 && partial >= 0 && wrong >= 0 && right + partial + wrong <= 1 + kRounding) return;
  throw Error(ErrorKind::kInvalidArgument, "web text rates right " + std::to_string(right) + ", partial " +
                                               std::to_string(partial) + ", wrong " + std::to_string(wrong) +
                                               ": each must be at least 0 and their sum at most 1");
}

WebText sample_web_text(World world, const SceneFacts& facts, const WebRates& rates, Random& random) {
  const double point = random.uniform();
  if (point < rates.right) return {sample_captions(world, facts, 1, random).front(), "right"};
  if (point < rates.right + rates.partial)
    return {to_text(without_some(random.pick(true_statements(world, facts)), random)), "partial"};
  if (point < rates.right + rates.partial + rates.wrong) return {changed_caption(world, facts, random).text, "wrong"};
  if (random.chance(0.5)) return {boilerplate(random), "irrelevant"};
  return {other_scene_caption(world, facts, random), "irrelevant"};
}

}  // namespace blip::synth
