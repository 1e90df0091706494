#include "core/tasks/answerer.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/error.h"
#include "core/generate/run_searches.h"
#include "core/tasks/generation_defaults.h"
#include "core/tasks/text_input.h"

namespace blip {
namespace {

DecodeInput decode_input(LoadedModel& model, const Clip& clip, const std::string& question,
                         const AnswerOptions& options) {
  if (model.checkpoint.layout != Layout::kVqa) {
    throw Error(ErrorKind::kUnsupported, "'" + model.checkpoint.path.string() + "' is a " +
                                             std::string(layout_name(model.checkpoint.layout)) +
                                             " checkpoint and cannot answer questions; use a VQA checkpoint");
  }
  const SpecialTokens& special = model.tokenizer.vocabulary().special();
  auto ids = question_ids(model.tokenizer, question, options.max_question_tokens);
  return {clip, with_first(std::move(ids), options.question_token, special), {special.decode}};
}

// Softmax probability of each id.
std::vector<double> probabilities(std::span<const float> logits, std::span<const std::int64_t> ids) {
  const double top = *std::max_element(logits.begin(), logits.end());
  double sum = 0;
  for (const float logit : logits) sum += std::exp(logit - top);
  std::vector<double> chosen;
  for (const std::int64_t id : ids) chosen.push_back(std::exp(logits[static_cast<std::size_t>(id)] - top) / sum);
  return chosen;
}

}  // namespace

Answer answer(LoadedModel& model, const Clip& clip, const std::string& question, const AnswerOptions& options) {
  const DecodeInput input = decode_input(model, clip, question, options);
  const GenerationOptions generation = resolve(options.generation, model.checkpoint);
  const auto decoding = model.backend->start_decoding();
  GeneratedSequence best =
      generate(*decoding, std::span(&input, 1), generation, model.tokenizer.vocabulary().special().sep).front().front();
  return {model.tokenizer.decode(best.ids, /*skip_special=*/true), best.ids, best.score,
          confidence(best.token_logprobs)};
}

std::vector<RankedAnswer> rank_answers(LoadedModel& model, const Clip& clip, const std::string& question,
                                       std::span<const std::string> answers, std::size_t k,
                                       const AnswerOptions& options) {
  if (answers.empty() || k == 0)
    throw Error(ErrorKind::kInvalidArgument, "ranking needs at least one answer and k of at least 1");
  const DecodeInput input = decode_input(model, clip, question, options);
  std::vector<std::vector<std::int64_t>> ids;
  std::vector<std::int64_t> first_tokens;
  for (const std::string& text : answers) {
    ids.push_back(model.tokenizer.encode(text));
    ids.back().front() = model.tokenizer.vocabulary().special().decode;
    first_tokens.push_back(ids.back().at(1));
  }
  const auto decoding = model.backend->start_decoding();
  const RowStep first{decoding->join(input), 0, input.prompt.front()};
  const Matrix logits = decoding->step(std::span(&first, 1));
  const auto first_probabilities = probabilities(logits.row(0), first_tokens);

  std::vector<std::size_t> order(answers.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](auto a, auto b) { return first_probabilities[a] > first_probabilities[b]; });
  order.resize(std::min(k, order.size()));
  std::vector<std::vector<std::int64_t>> candidates;
  for (const std::size_t index : order) candidates.push_back(ids[index]);
  const auto losses = model.backend->continuation_losses(input, model.tokenizer.pad(candidates));

  std::vector<RankedAnswer> ranked;
  for (std::size_t i = 0; i < order.size(); ++i) ranked.push_back({order[i], losses[i], first_probabilities[order[i]]});
  std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.loss < b.loss; });
  return ranked;
}

}  // namespace blip
