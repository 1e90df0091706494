#include "core/tasks/answerer.h"

#include <utility>

#include "core/generate/run_searches.h"
#include "core/tasks/abilities.h"

namespace blip {

DecodePlan plan_answer(const LoadedModel& model, const std::string& question, const AnswerOptions& options,
                       std::size_t frames) {
  need_answers(model.checkpoint);
  if (!abilities_of(model.checkpoint).instruct) expect_no_instructions(model.checkpoint, options);
  return task_texts(model)->plan_answer(question, options, frames);
}

Answer finish_answer(const LoadedModel& model, GeneratedSequence best) {
  const auto texts = task_texts(model);
  std::string text = texts->answer_text(best);
  return {std::move(text), texts->told_ids(best), best.score, confidence(best.token_logprobs)};
}

std::vector<std::vector<std::int64_t>> answer_ids(const LoadedModel& model, const DecodePlan& plan,
                                                  std::span<const std::string> answers) {
  const auto texts = task_texts(model);
  std::vector<std::vector<std::int64_t>> ids;
  for (const std::string& text : answers) ids.push_back(texts->answer_ids(plan, text));
  return ids;
}

std::vector<RankedAnswer> finish_ranking(std::span<const RankedIds> ranked) {
  std::vector<RankedAnswer> answers;
  for (const RankedIds& one : ranked) answers.push_back({one.index, one.loss, one.first_token_probability});
  return answers;
}

Answer answer(LoadedModel& model, const Clip& clip, const std::string& question, const AnswerOptions& options) {
  DecodePlan plan = plan_answer(model, question, options, clip.frames.size());
  plan.input.clip = clip;
  const auto decoding = model.backend->start_decoding();
  auto found = generate(*decoding, std::span(&plan.input, 1), plan.generation, model.end_token());
  return finish_answer(model, std::move(found.front().front()));
}

std::vector<RankedAnswer> rank_answers(LoadedModel& model, const Clip& clip, const std::string& question,
                                       std::span<const std::string> answers, std::size_t k,
                                       const AnswerOptions& options) {
  DecodePlan plan = plan_answer(model, question, options, clip.frames.size());
  plan.input.clip = clip;
  return finish_ranking(
      rank_by_first_token(*model.backend, plan.input, answer_ids(model, plan, answers), k, model.pad_token()));
}

}  // namespace blip
