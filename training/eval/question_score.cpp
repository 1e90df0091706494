#include "training/eval/question_score.h"

#include <map>
#include <utility>

#include "core/tasks/answerer.h"
#include "training/eval/run_plans.h"

namespace blip {

std::vector<std::string> generate_answers(LoadedModel& model, std::span<const ClipQuestion> questions) {
  std::vector<DecodePlan> plans;
  for (const ClipQuestion& question : questions) {
    plans.push_back(plan_answer(model, question.text, {}, question.clip->frames.size()));
    plans.back().input.clip = *question.clip;
  }
  std::vector<std::string> answers;
  for (GeneratedSequence& found : run_plans(model, std::move(plans)))
    answers.push_back(finish_answer(model, std::move(found)).text);
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
