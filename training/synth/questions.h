#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "training/synth/random.h"
#include "training/synth/scene.h"

namespace blip::synth {

// A question with one right answer of one or two words. Kinds, as in tests/data/shapes: "count", "color", "shape",
// "size", "relation", "exist", "background".
struct Question {
  std::string question, answer, kind;
};

// [{"question", "answer", "kind"}]
nlohmann::json questions_to_json(const std::vector<Question>& questions);

// Up to `count` questions about a scene, of different kinds; only such as have one answer. Half of the questions for
// existence are answered with no, most of those name a colour or a shape that is there.
std::vector<Question> sample_questions(World world, const SceneFacts& facts, std::size_t count, Random& random);

// About a whole clip, whatever the shot: existence, and colour or shape where only one object or kind of object of the
// clip fits.
std::vector<Question> sample_clip_questions(World world, const std::vector<SceneFacts>& shots, std::size_t count,
                                            Random& random);

}  // namespace blip::synth
