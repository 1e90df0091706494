#include "training/eval/question_score.h"

#include <algorithm>
#include <map>
#include <utility>

#include "core/generate/run_searches.h"
#include "core/tasks/answerer.h"

namespace blip {
namespace {

constexpr std::size_t kTogether = 32;  // answers that are decoded at once

}  // namespace

std::vector<std::string> generate_answers(LoadedModel& model, std::span<const ClipQuestion> questions) {
  const std::int64_t sep = model.end_token();
  std::vector<std::string> answers;
  for (std::size_t first = 0; first < questions.size(); first += kTogether) {
    std::vector<DecodeInput> inputs;
    GenerationOptions generation;
    for (const ClipQuestion& question : questions.subspan(first, std::min(kTogether, questions.size() - first))) {
      DecodePlan plan = plan_answer(model, question.text, {}, question.clip->frames.size());
      plan.input.clip = *question.clip;
      inputs.push_back(std::move(plan.input));
      generation = plan.generation;
    }
    const auto decoding = model.backend->start_decoding();
    for (auto& found : generate(*decoding, inputs, generation, sep))
      answers.push_back(finish_answer(model, std::move(found.front())).text);
  }
  return answers;
}

void score_questions(LoadedModel& model, std::span<const Clip> clips,
                     std::span<const std::vector<synth::Question>> questions, const std::string& prefix,
                     const std::string& label, Figures& figures) {
  std::vector<ClipQuestion> asked;
  std::vector<const synth::Question*> expected;
  for (std::size_t i = 0; i < clips.size(); ++i)
    for (const synth::Question& question : questions[i]) {
      asked.push_back({&clips[i], question.question});
      expected.push_back(&question);
    }
  const std::vector<std::string> answers = generate_answers(model, asked);

  Tally all;
  std::map<std::string, Tally> by_kind;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const bool right = answers[i] == expected[i]->answer;
    all.add(right);
    by_kind[expected[i]->kind].add(right);
  }
  figures.add(prefix, label, all);
  for (const auto& [kind, tally] : by_kind) figures.add(prefix + "." + kind, label + ", " + kind, tally);
}

}  // namespace blip
