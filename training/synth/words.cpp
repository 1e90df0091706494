#include "training/synth/words.h"

#include <algorithm>

namespace blip::synth {
namespace {

template <class Value, class Words>
std::optional<Value> find_word(const Words& words, std::string_view text) {
  const auto found = std::find(words.begin(), words.end(), text);
  if (found == words.end()) return std::nullopt;
  return static_cast<Value>(found - words.begin());
}

}  // namespace

std::string plural(std::string_view noun) {
  return std::string(noun) + (noun.ends_with("s") ? "es" : "s");
}

std::optional<Shape> shape_of(std::string_view text) {
  return find_word<Shape>(kShapeWords, text);
}

std::optional<Shape> plural_shape_of(std::string_view text) {
  if (!text.ends_with("s")) return std::nullopt;
  for (std::size_t i = 0; i < kShapeWords.size(); ++i) {
    const auto ending = kShapeWords[i].ends_with("s") ? std::string_view("es") : std::string_view("s");
    if (text.starts_with(kShapeWords[i]) && text.substr(kShapeWords[i].size()) == ending) return static_cast<Shape>(i);
  }
  return std::nullopt;
}

std::optional<Color> color_of(std::string_view text) {
  return find_word<Color>(kColorWords, text);
}
std::optional<Size> size_of(std::string_view text) {
  return find_word<Size>(kSizeWords, text);
}
std::optional<Background> background_of(std::string_view text) {
  return find_word<Background>(kBackgroundWords, text);
}

std::optional<int> number_of(std::string_view text) {
  if (text.size() == 1 && text[0] >= '1' && text[0] <= '6') return text[0] - '0';
  const auto number = find_word<int>(kNumberWords, text);
  return number == 0 ? std::nullopt : number;
}

Relation opposite(Relation relation) {
  switch (relation) {
    case Relation::kLeftOf:
      return Relation::kRightOf;
    case Relation::kRightOf:
      return Relation::kLeftOf;
    case Relation::kAbove:
      return Relation::kBelow;
    case Relation::kBelow:
      return Relation::kAbove;
  }
  return relation;
}

}  // namespace blip::synth
