#include "training/synth/dialogue_texts.h"

#include <nlohmann/json.hpp>

#include "training/synth/description.h"
#include "training/synth/dialogue.h"

namespace blip::synth {
namespace {

constexpr int kMostTurns = 8;

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

}  // namespace

nlohmann::json language_sample(World world, const SceneFacts& facts, Random& random) {
  const std::string description = sample_description(facts, random);
  const double form = random.uniform();
  if (form < 0.15) return {{"text", description}};
  const Asked asked = ask(world, facts, random.between(1, kMostTurns), random);
  const std::string prompt = description + (random.chance(0.5) ? "</s>" : " ") + asked.prompt;
  if (form < 0.6) return {{"text", prompt + asked.answer}};
  return {{"prompt", prompt}, {"text", asked.answer}};
}

std::vector<nlohmann::json> picture_samples(World world, const SceneFacts& facts, std::size_t dialogues,
                                            Random& random) {
  std::vector<nlohmann::json> samples{{{"prompt", ""}, {"text", full_caption(facts)}}};
  for (std::size_t i = 0; i < dialogues; ++i) {
    const int turns = random.chance(0.4) ? 1 : random.between(2, kMostTurns);
    const Asked asked = ask(world, facts, turns, random);
    samples.push_back({{"prompt", asked.prompt}, {"text", asked.answer}});
  }
  return samples;
}

}  // namespace blip::synth
