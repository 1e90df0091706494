#include "training/synth/dialogue_texts.h"

#include <array>
#include <nlohmann/json.hpp>

#include "training/synth/description.h"
#include "training/synth/dialogue.h"

namespace blip::synth {
namespace {

constexpr int kMostTurns = 8;         // that a language model is taught to look back at
constexpr int kMostPictureTurns = 3;  // a frozen language model looks back as it has learnt; short texts train faster

// The conversation up to its last answer, and that answer.
struct Asked {
  std::string prompt, answer;
};

Asked ask(World world, const SceneFacts& facts, int turns, Random& random) {
  auto dialogue = sample_dialogue(world, facts, static_cast<std::size_t>(turns), random);
  const Question last = dialogue.back().asked;
  dialogue.pop_back();
  return {dialogue_prompt(dialogue, last.question), " " + last.answer};
}

// A description, or several of the same scene, as frames of a shot give their queries side by side. To write the second
// after the first a model must look facts up, which is what it needs for answers.
std::string describe(const SceneFacts& facts, Random& random) {
  static constexpr std::array<double, 5> kOdds = {0.85, 0.06, 0.03, 0.03, 0.03};
  std::string text = sample_description(facts, random);
  for (std::size_t more = random.weighted(kOdds); more > 0; --more) text += " " + sample_description(facts, random);
  return text;
}

}  // namespace

nlohmann::json language_sample(World world, const SceneFacts& facts, Random& random) {
  const std::string description = describe(facts, random);
  const double form = random.uniform();
  if (form < 0.1) return {{"text", description}};
  const std::string start = description + (random.chance(0.5) ? "</s>" : " ");
  if (form < 0.65) {
    const auto turns = static_cast<std::size_t>(random.between(1, kMostTurns));
    return {{"text", start + dialogue_lines(sample_dialogue(world, facts, turns, random))}};
  }
  const Asked asked = ask(world, facts, random.between(1, random.chance(0.5) ? kMostTurns : 2), random);
  return {{"prompt", start + asked.prompt}, {"text", asked.answer}};
}

nlohmann::json answer_sample(World world, const SceneFacts& facts, Random& random) {
  const std::string description = describe(facts, random);
  if (random.chance(0.08)) return {{"text", description}};
  const int turns = random.chance(0.5) ? 1 : random.between(2, random.chance(0.6) ? 3 : kMostTurns);
  const Asked asked = ask(world, facts, turns, random);
  return {{"prompt", description + (random.chance(0.5) ? "</s>" : " ") + asked.prompt}, {"text", asked.answer}};
}

std::vector<nlohmann::json> picture_samples(World world, const SceneFacts& facts, std::size_t dialogues,
                                            Random& random) {
  std::vector<nlohmann::json> samples{{{"prompt", ""}, {"text", full_caption(facts)}}};
  for (std::size_t i = 0; i < dialogues; ++i) {
    const int turns = random.chance(0.5) ? 1 : random.between(2, kMostPictureTurns);
    const Asked asked = ask(world, facts, turns, random);
    samples.push_back({{"prompt", asked.prompt}, {"text", asked.answer}});
  }
  return samples;
}

}  // namespace blip::synth
