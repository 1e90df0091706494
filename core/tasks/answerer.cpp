#include "core/tasks/answerer.h"

#include <utility>

#include "core/generate/run_searches.h"
#include "core/tasks/abilities.h"
#include "core/tasks/generation_defaults.h"
#include "core/tasks/text_input.h"

namespace blip {

AnswerPlan plan_answer(const LoadedModel& model, const std::string& question, const AnswerOptions& options) {
  need_answers(model.checkpoint);
  const SpecialTokens& special = model.tokenizer->vocabulary().special();
  auto ids = question_ids(*model.tokenizer, question, options.max_question_tokens);
  return {{{}, with_first(std::move(ids), options.question_token, special), {special.decode}},
          resolve(options.generation, model.checkpoint)};
}

Answer finish_answer(const LoadedModel& model, GeneratedSequence best) {
  std::string text = model.tokenizer->decode(best.ids, /*skip_special=*/true);
  return {std::move(text), std::move(best.ids), best.score, confidence(best.token_logprobs)};
}

std::vector<std::vector<std::int64_t>> answer_ids(const LoadedModel& model, std::span<const std::string> answers) {
  std::vector<std::vector<std::int64_t>> ids;
  for (const std::string& text : answers) {
    ids.push_back(model.tokenizer->encode(text));
    ids.back().front() = model.tokenizer->vocabulary().special().decode;
  }
  return ids;
}

std::vector<RankedAnswer> finish_ranking(std::span<const RankedIds> ranked) {
  std::vector<RankedAnswer> answers;
  for (const RankedIds& one : ranked) answers.push_back({one.index, one.loss, one.first_token_probability});
  return answers;
}

Answer answer(LoadedModel& model, const Clip& clip, const std::string& question, const AnswerOptions& options) {
  AnswerPlan plan = plan_answer(model, question, options);
  plan.input.clip = clip;
  const auto decoding = model.backend->start_decoding();
  const std::int64_t sep = model.end_token();
  return finish_answer(model,
                       std::move(generate(*decoding, std::span(&plan.input, 1), plan.generation, sep).front().front()));
}

std::vector<RankedAnswer> rank_answers(LoadedModel& model, const Clip& clip, const std::string& question,
                                       std::span<const std::string> answers, std::size_t k,
                                       const AnswerOptions& options) {
  AnswerPlan plan = plan_answer(model, question, options);
  plan.input.clip = clip;
  return finish_ranking(
      rank_by_first_token(*model.backend, plan.input, answer_ids(model, answers), k, model.pad_token()));
}

}  // namespace blip
