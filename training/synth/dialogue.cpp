#include "training/synth/dialogue.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "training/synth/naming.h"

namespace blip::synth {
namespace {

enum Fact : unsigned { kColorKnown = 1, kShapeKnown = 2, kSizeKnown = 4, kCountKnown = 8 };

// What the last turn asked, so that "and the star?" can ask it of something else.
enum class Form { kOther, kColor, kShape, kSize, kCountKind, kCountShape, kCountColor, kExist };

// A turn and what it leaves to speak of.
struct Move {
  std::string question, answer, kind;
  std::string key;               // equal for turns that ask the same
  const Group* focus = nullptr;  // "it", "they"
  unsigned known = 0;            // what has been said of it
  Form form = Form::kOther;
};
using Maybe = std::optional<Move>;

std::string text_of(std::string_view view) {
  return std::string(view);
}

class DialogueSampler {
 public:
  DialogueSampler(World world, const SceneFacts& facts, Random& random)
      : world_(world), facts_(facts), random_(random) {}

  std::vector<Turn> sample(std::size_t count) {
    std::vector<Turn> turns;
    constexpr int kTries = 40;
    for (int i = 0; i < kTries && turns.size() < count; ++i) {
      const bool follow_up = !turns.empty() && random_.chance(0.6);
      const Maybe move = follow_up ? (random_.chance(0.6) ? of_focus() : same_of_another()) : alone();
      if (!move || !asked_.insert(move->key).second) continue;
      turns.push_back({{move->question, move->answer, move->kind}, follow_up});
      last_ = *move;
    }
    return turns;
  }

 private:
  std::string number(int count) const { return std::to_string(count); }
  int count_if_group(auto test) const {
    int sum = 0;
    for (const Group& group : facts_.groups) sum += test(group) ? group.count() : 0;
    return sum;
  }
  const Group* only_group(auto test) const {
    if (count_groups(facts_, test) != 1) return nullptr;
    return &*std::find_if(facts_.groups.begin(), facts_.groups.end(), test);
  }
  std::string key(const std::string& kind, const Group& group) const { return kind + "/" + kind_of(group); }

  // What is asked of a group by color, shape, size or count; the question itself is the caller's.
  Move about(const Group& group, const char* kind, std::string_view answer, std::string question, unsigned known,
             Form form) const {
    return {std::move(question), text_of(answer), kind, key(kind, group), &group, known, form};
  }

  Maybe color(const char* before, const char* after) {
    const Group& group = random_.pick(facts_.groups);
    const auto subject = by_shape(world_, facts_, group);
    if (!subject) return std::nullopt;
    const std::string start = before != nullptr ? before : "what color " + text_of(be(group));
    return about(group, "color", word(group.color), start + " the " + *subject + after, kColorKnown | kShapeKnown,
                 Form::kColor);
  }

  Maybe shape(const char* before, const char* after) {
    const Group& group = random_.pick(facts_.groups);
    const auto subject = by_color(world_, facts_, group);
    if (!subject) return std::nullopt;
    const std::string start = before != nullptr ? before : "what shape " + text_of(be(group));
    return about(group, "shape", word(group.shape), start + " the " + *subject + after, kColorKnown | kShapeKnown,
                 Form::kShape);
  }

  Maybe size(const char* before, const char* after) {
    const Group& group = random_.pick(facts_.groups);
    const std::string start = before != nullptr ? before : text_of(be(group));
    return about(group, "size", word(group.size), start + " the " + kind_of(group) + after,
                 kColorKnown | kShapeKnown | kSizeKnown, Form::kSize);
  }

  Maybe count(Form form, const std::string& before, const std::string& after) {
    const Group& group = random_.pick(facts_.groups);
    const auto shape = plural(word(group.shape));
    Move move;
    move.kind = "count";
    move.form = form;
    std::string what;
    if (form == Form::kCountKind) {
      what = text_of(word(group.color)) + " " + shape;
      move = about(group, "count", number(group.count()), "", kColorKnown | kShapeKnown | kCountKnown, form);
    } else if (form == Form::kCountShape) {
      const auto same = [&](const Group& other) { return other.shape == group.shape; };
      what = shape;
      move.answer = number(count_if_group(same));
      move.focus = only_group(same);
      move.known = kShapeKnown | kCountKnown;
    } else {
      const auto same = [&](const Group& other) { return other.color == group.color; };
      what = text_of(word(group.color)) + " things";
      move.answer = number(count_if_group(same));
      move.focus = only_group(same);
      move.known = kColorKnown | kCountKnown;
    }
    move.question = before + what + after;
    move.key = move.focus != nullptr ? key("count", *move.focus) : "count/" + what;
    return move;
  }

  Maybe count_all() {
    return Move{"how many shapes are there?", number(total_count(facts_)), "count", "count", nullptr, 0, Form::kOther};
  }

  Maybe exist(const std::string& before, const std::string& after) {
    const bool rich = world_ == World::kRich;
    const Group* group = &random_.pick(facts_.groups);
    Color color = group->color;
    Shape shape = group->shape;
    const bool yes = random_.chance(0.5);
    const auto is_there = [&](const Group& g) { return g.color == color && g.shape == shape; };
    static constexpr std::array<double, 3> kOdds = {0.4, 0.4, 0.2};  // another colour, another shape, both
    const std::size_t change = random_.weighted(kOdds);
    while (!yes && count_groups(facts_, is_there) > 0) {
      if (change != 1) color = static_cast<Color>(random_.index(rich ? kColorWords.size() : kBasicColors));
      if (change != 0) shape = static_cast<Shape>(random_.index(rich ? kShapeWords.size() : kBasicShapes));
    }
    const std::string what = text_of(word(color)) + " " + text_of(word(shape));
    Move move{before + (color == Color::kOrange ? "an " : "a ") + what + after,
              yes ? "yes" : "no",
              "exist",
              "exist/" + what,
              nullptr,
              kColorKnown | kShapeKnown,
              Form::kExist};
    if (yes) move.focus = group;
    return move;
  }

  // "what is left of the red circle?", "is the red circle left of the blue star?"
  Maybe relation() {
    if (facts_.groups.size() != 2) return std::nullopt;
    const Relation main = main_relation(facts_);
    const std::size_t first = random_.index(2);
    const Group &a = facts_.groups[first], &b = facts_.groups[1 - first];
    const Relation true_one = first == 0 ? main : opposite(main);  // how a lies to b
    if (!clearly_holds(true_one, a, b)) return std::nullopt;
    if (random_.chance(0.5))
      return Move{"what is " + text_of(phrase(true_one)) + " the " + kind_of(b) + "?",
                  text_of(word(a.color)) + " " + text_of(word(a.shape)),
                  "relation",
                  "beside/" + kind_of(b),
                  &a,
                  kColorKnown | kShapeKnown,
                  Form::kOther};
    const bool yes = random_.chance(0.5);
    return Move{text_of(be(a)) + " the " + kind_of(a) + " " + text_of(phrase(yes ? true_one : opposite(true_one))) +
                    " the " + kind_of(b) + "?",
                yes ? "yes" : "no",
                "relation",
                "relation",
                nullptr,
                0,
                Form::kOther};
  }

  Maybe background() {
    return Move{"what color is the background?",
                text_of(word(facts_.background)),
                "background",
                "background",
                nullptr,
                0,
                Form::kOther};
  }

  Maybe alone() {
    switch (random_.index(10)) {
      case 0:
        return count_all();
      case 1:
        return count(Form::kCountKind, "how many ", " are there?");
      case 2:
        return count(random_.chance(0.5) ? Form::kCountShape : Form::kCountColor, "how many ", " are there?");
      case 3:
      case 4:
        return color(nullptr, "?");
      case 5:
        return shape(nullptr, "?");
      case 6:
        return size(nullptr, " small or large?");
      case 7:
        return exist("is there ", "?");
      case 8:
        return relation();
      default:
        return background();
    }
  }

  // Of what the last turn was about.
  Maybe of_focus() {
    if (last_.focus == nullptr) return std::nullopt;
    const Group& group = *last_.focus;
    const std::string they = group.count() > 1 ? "are they" : "is it";
    static constexpr std::array<unsigned, 4> kFacts = {kColorKnown, kShapeKnown, kSizeKnown, kCountKnown};
    const unsigned fact = random_.pick(kFacts);
    if ((last_.known & fact) != 0) return beside_focus();
    const unsigned known = last_.known | fact;
    switch (fact) {
      case kColorKnown:
        return about(group, "color", word(group.color), "what color " + they + "?", known, Form::kColor);
      case kShapeKnown:
        return about(group, "shape", word(group.shape), "what shape " + they + "?", known, Form::kShape);
      case kSizeKnown:
        return about(group, "size", word(group.size), they + " small or large?", known, Form::kSize);
      default:
        return about(group, "count", number(group.count()), "how many of them are there?", known, Form::kCountKind);
    }
  }

  // "what is right of it?"
  Maybe beside_focus() {
    if (facts_.groups.size() != 2 || !random_.chance(0.3)) return std::nullopt;
    const bool is_first = last_.focus == &facts_.groups[0];
    const Group& other = facts_.groups[is_first ? 1 : 0];
    const Relation relation = is_first ? opposite(main_relation(facts_)) : main_relation(facts_);
    if (!clearly_holds(relation, other, *last_.focus)) return std::nullopt;
    return Move{"what is " + text_of(phrase(relation)) + (last_.focus->count() > 1 ? " them?" : " it?"),
                text_of(word(other.color)) + " " + text_of(word(other.shape)),
                "relation",
                "beside/" + kind_of(*last_.focus),
                &other,
                kColorKnown | kShapeKnown,
                Form::kOther};
  }

  // The question of the last turn about something else.
  Maybe same_of_another() {
    const char* before = random_.chance(0.5) ? "and" : "what about";
    const std::string start = text_of(before) + " ";
    switch (last_.form) {
      case Form::kColor:
        return color(before, "?");
      case Form::kShape:
        return shape(before, "?");
      case Form::kSize:
        return size(before, "?");
      case Form::kCountKind:
      case Form::kCountShape:
      case Form::kCountColor:
        return count(last_.form, start, "?");
      case Form::kExist:
        return exist(start, "?");
      default:
        return std::nullopt;
    }
  }

  World world_;
  const SceneFacts& facts_;
  Random& random_;
  Move last_;
  std::set<std::string> asked_;
};

}  // namespace

std::vector<Turn> sample_dialogue(World world, const SceneFacts& facts, std::size_t turns, Random& random) {
  return DialogueSampler(world, facts, random).sample(turns);
}

std::string dialogue_prompt(std::span<const Turn> before, const std::string& question) {
  std::string text;
  for (const Turn& turn : before) text += "Question: " + turn.asked.question + " Answer: " + turn.asked.answer + ". ";
  return text + "Question: " + question + " Answer:";
}

std::string dialogue_lines(std::span<const Turn> turns) {
  std::string text;
  for (const Turn& turn : turns)
    text += (text.empty() ? "" : "\n") + ("Question: " + turn.asked.question + " Answer: " + turn.asked.answer);
  return text;
}

}  // namespace blip::synth
