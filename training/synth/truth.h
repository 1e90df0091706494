#pragma once

#include <string_view>
#include <vector>

#include "training/synth/scene_facts.h"
#include "training/synth/statement.h"

namespace blip::synth {

// A caption held against what the picture shows.
struct Judgement {
  bool is_sentence = false;  // a caption of the grammar
  bool is_true = false;      // … and every stated fact holds
  bool names_all = false;    // … and every group of the scene is named
  std::vector<bool> named;   // by group of the scene: a claim speaks of it
  double word_overlap = 0;   // colour and shape words of the text and of the groups: intersection over union
};

// Whether every stated fact holds: counts, sizes, colours, shapes, relations (with clear room), total, background. Two
// claims that speak of the same objects do not hold together.
bool holds(const Statement& statement, const SceneFacts& facts);

// Not holds(), and no matter of opinion: a relation counts as false only without any separation.
bool surely_false(const Statement& statement, const SceneFacts& facts);

// Reads any text; one that is no sentence of the grammar is not true, but its words are counted.
Judgement judge(std::string_view caption, const SceneFacts& facts);

}  // namespace blip::synth
