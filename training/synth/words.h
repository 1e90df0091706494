#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace blip::synth {

// What pictures of ShapesWorld show, and the words for it. Values index the arrays of words.
enum class Shape { kCircle, kSquare, kTriangle, kStar, kCross, kRing, kDiamond, kHeart };
enum class Color { kRed, kGreen, kBlue, kYellow, kPurple, kOrange, kCyan, kPink, kBrown, kWhite };
enum class Size { kSmall, kLarge };
enum class Background { kDark, kGray, kLight };
enum class Relation { kLeftOf, kRightOf, kAbove, kBelow };

inline constexpr std::array<std::string_view, 8> kShapeWords = {"circle", "square", "triangle", "star",
                                                                "cross",  "ring",   "diamond",  "heart"};
inline constexpr std::array<std::string_view, 10> kColorWords = {"red",    "green", "blue", "yellow", "purple",
                                                                 "orange", "cyan",  "pink", "brown",  "white"};
inline constexpr std::array<std::string_view, 2> kSizeWords = {"small", "large"};
inline constexpr std::array<std::string_view, 3> kBackgroundWords = {"dark", "gray", "light"};
inline constexpr std::array<std::string_view, 4> kRelationPhrases = {"left of", "right of", "above", "below"};
inline constexpr std::array<std::string_view, 7> kNumberWords = {"zero", "one", "two", "three", "four", "five", "six"};

inline std::string_view word(Shape shape) {
  return kShapeWords[static_cast<std::size_t>(shape)];
}
inline std::string_view word(Color color) {
  return kColorWords[static_cast<std::size_t>(color)];
}
inline std::string_view word(Size size) {
  return kSizeWords[static_cast<std::size_t>(size)];
}
inline std::string_view word(Background background) {
  return kBackgroundWords[static_cast<std::size_t>(background)];
}
inline std::string_view phrase(Relation relation) {
  return kRelationPhrases[static_cast<std::size_t>(relation)];
}

std::string plural(std::string_view noun);  // "crosses", "rings"

// The value that `text` names, none if it names none. Shapes and numbers: the word of exactly that form.
std::optional<Shape> shape_of(std::string_view text);
std::optional<Shape> plural_shape_of(std::string_view text);
std::optional<Color> color_of(std::string_view text);
std::optional<Size> size_of(std::string_view text);
std::optional<Background> background_of(std::string_view text);
std::optional<int> number_of(std::string_view text);  // "one" … "six" and "1" … "6"

Relation opposite(Relation relation);

}  // namespace blip::synth
