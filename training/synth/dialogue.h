#pragma once

#include <span>
#include <string>
#include <vector>

#include "training/synth/questions.h"
#include "training/synth/random.h"
#include "training/synth/scene.h"

namespace blip::synth {

// A turn of a conversation about a picture: a question with its one right answer.
struct Turn {
  Question asked;
  bool follow_up = false;  // means nothing without what was said before: "are they large?", "and the star?"
};

// Up to `turns` questions, none asked twice; fewer when a scene has no more. The first stands alone; later ones may
// speak of "it" or "them", meaning what the turn before was about, or ask the same of something else: "and the star?",
// "what about blue stars?". Questions that stand alone have the forms of sample_questions(). Relations are asked of
// scenes of two groups only, along the axis that separates them.
std::vector<Turn> sample_dialogue(World world, const SceneFacts& facts, std::size_t turns, Random& random);

// What a language model reads when it is asked `question` after `before`: "Question: … Answer: …. Question: … Answer:",
// the form in which BLIP-2 is asked (arXiv 2301.12597, section 4.1; LAVIS).
std::string dialogue_prompt(std::span<const Turn> before, const std::string& question);

// The same, a turn a line and all answered: "Question: … Answer: …\nQuestion: … Answer: …".
std::string dialogue_lines(std::span<const Turn> turns);

}  // namespace blip::synth
