#pragma once

#include <optional>
#include <string>

#include "training/synth/random.h"
#include "training/synth/scene.h"
#include "training/synth/statement.h"

namespace blip::synth {

// A caption that is false for a scene, and why: "other scene", or "colour changed", "shape changed", "count changed",
// "size changed", "relation changed", "background changed".
struct WrongCaption {
  std::string text, kind;
};

// True statement with one fact changed so that it is surely false; none if that did not come about by chance.
std::optional<WrongCaption> change_one_fact(World world, const SceneFacts& facts, const Statement& statement,
                                            Random& random);

// Half the time one fact is changed, else it is a caption of another scene.
WrongCaption sample_wrong_caption(World world, const SceneFacts& facts, Random& random);

// How often a text found beside a picture is of which kind; the rest is irrelevant.
struct WebRates {
  double right = 0.4;     // a caption
  double partial = 0.2;   // true, but leaves groups or properties out
  double wrong = 0.2;     // one fact is wrong
  void validate() const;  // throws Error(kInvalidArgument) unless all are at least 0 and together at most 1
};

// label: "right", "partial", "wrong" or "irrelevant" (a caption of another scene that is false here, or no caption).
struct WebText {
  std::string text, label;
};
WebText sample_web_text(World world, const SceneFacts& facts, const WebRates& rates, Random& random);

}  // namespace blip::synth
