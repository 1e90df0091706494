#include "core/tasks/blip_texts.h"

#include <span>

#include "core/tasks/generation_defaults.h"
#include "core/tasks/text_input.h"

namespace blip {
namespace {

constexpr std::int64_t kMaxTokens = 35;  // configs/retrieval_*.yaml of the original

// What follows the prompt. The prompt's own decoding is cut off, which for the usual prompt is what the original cuts:
// its characters.
std::string without_prompt(const std::string& text, const std::string& prompt) {
  if (!text.starts_with(prompt)) return text;
  const auto begin = text.find_first_not_of(' ', prompt.size());
  return begin == std::string::npos ? std::string() : text.substr(begin);
}

}  // namespace

DecodePlan BlipTexts::caption_from(const std::string& prompt, const GenerationOptions& generation) const {
  Ids ids = tokenizer_.encode(prompt);
  ids.front() = tokenizer_.vocabulary().special().decode;
  ids.pop_back();
  const GenerationOptions resolved = resolve(generation, checkpoint_);
  return {{{}, {}, std::move(ids)}, resolved};
}

DecodePlan BlipTexts::plan_caption(const CaptionOptions& options, std::size_t) const {
  return caption_from(options.prompt.value_or("a picture of "), options.generation);
}

DecodePlan BlipTexts::plan_answer(const std::string& question, const AnswerOptions& options, std::size_t) const {
  const SpecialTokens& special = tokenizer_.vocabulary().special();
  Ids ids = question_ids(tokenizer_, question, options.max_question_tokens);
  const GenerationOptions resolved = resolve(options.generation, checkpoint_);
  return {{{}, with_first(std::move(ids), options.question_token, special), {special.decode}}, resolved};
}

void BlipTexts::expect_question(const std::string& question, const DecodePlan& plan) const {
  expect_texts("question", std::span(&question, 1), std::span(&plan.input.question, 1));
}

std::string BlipTexts::caption_text(const DecodePlan& plan, const GeneratedSequence& sequence) const {
  return without_prompt(tokenizer_.decode(sequence.ids), tokenizer_.decode(plan.input.prompt));
}

std::string BlipTexts::answer_text(const GeneratedSequence& sequence) const {
  return tokenizer_.decode(sequence.ids);
}

TaskTexts::Ids BlipTexts::answer_ids(const DecodePlan& plan, const std::string& answer) const {
  Ids ids = tokenizer_.encode(answer);
  ids.front() = plan.input.prompt.back();
  return ids;
}

TaskTexts::Ids BlipTexts::match_ids(const std::string& text, const MatchOptions& options) const {
  return with_first(embedding_ids(text, options.max_tokens), options.first_token, tokenizer_.vocabulary().special());
}

TaskTexts::Ids BlipTexts::embedding_ids(const std::string& text, std::int64_t max_tokens) const {
  return caption_ids(tokenizer_, text, max_tokens == 0 ? kMaxTokens : max_tokens);
}

}  // namespace blip
