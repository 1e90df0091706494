#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "training/synth/words.h"

namespace blip::synth {

// "three small red circles": exactly so many objects of that colour and shape are there, all of that size.
struct GroupClaim {
  int count = 1;
  std::optional<Size> size;
  std::optional<Color> color;
  std::optional<Shape> shape;  // none: "shape", "shapes"

  bool operator==(const GroupClaim&) const = default;
};

// What a caption states.
struct Statement {
  enum class Opening { kNone, kThereIs, kPictureOf };

  std::vector<GroupClaim> claims;              // in the order of naming, at least one
  std::vector<std::optional<Relation>> links;  // claims.size() - 1: how a claim lies to the next; none = "and", ","
  std::optional<int> total;                    // "three shapes : …"
  std::optional<Background> background;        // "on a dark background"
  Opening opening = Opening::kNone;

  bool operator==(const Statement&) const = default;
};

// The grammar, lower case, words separated by blanks:
//   caption := [("a" | "an") ("picture" | "photo" | "image") "of" | "there" ("is" | "are") | NUMBER "shapes" [":"]]
//              group {link group} ["on" ["a" | "the"] BACKGROUND "background"]
//   group   := ("a" | "an" | NUMBER) [SIZE] [COLOR] noun      noun: a shape or "shape", "thing"; plural after two and
//   more link    := "and" | "," | ["is" | "are"] ["to" "the"] ("left of" | "right of" | "above" | "below")
std::string to_text(const Statement& statement);

// None if the text is no caption of the grammar. A full stop at the end and capitals are overlooked.
std::optional<Statement> parse_statement(std::string_view text);

// "a small red circle", "three red circles".
std::string to_text(const GroupClaim& claim);

}  // namespace blip::synth
