#include "core/tasks/language_texts.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/base/error.h"
#include "core/tasks/abilities.h"
#include "core/tasks/chat_prompt.h"
#include "core/tasks/generation_defaults.h"
#include "core/tasks/text_input.h"

namespace blip {
namespace {

// FlanT5 has no table of positions; it was trained on inputs of at most this many tokens (arXiv 1910.10683).
constexpr std::int64_t kT5Context = 512;

constexpr const char* kOptPrompt = "Question: {} Answer:";       // section 4.1 of the paper
constexpr const char* kT5Prompt = "Question: {} Short answer:";  // the same

[[noreturn]] void refuse(const std::string& why) {
  throw Error(ErrorKind::kInvalidArgument, why);
}

std::string stripped(const std::string& text) {
  constexpr const char* kBlank = " \t\n\r\v\f";
  const std::size_t begin = text.find_first_not_of(kBlank);
  return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(kBlank) + 1 - begin);
}

}  // namespace

LanguageTexts::LanguageTexts(const Checkpoint& checkpoint, const LanguageTokenizer& tokenizer)
    : checkpoint_(checkpoint), tokenizer_(tokenizer) {}

bool LanguageTexts::is_opt() const {
  return checkpoint_.config.blip2->language.kind == LanguageModelKind::kOpt;
}

// Tokens that a prompt may have. Of OPT's positions the pictures' queries and what is generated take theirs.
std::int64_t LanguageTexts::room_for_prompts(std::size_t frames, const GenerationOptions& generation) const {
  if (!is_opt()) return kT5Context;
  const Blip2Config& config = *checkpoint_.config.blip2;
  const std::int64_t queries = static_cast<std::int64_t>(frames) * config.qformer.queries;
  const std::int64_t room = config.language.max_positions - queries - generation.max_length;
  if (room < 1) {
    refuse(std::to_string(frames) + " frames take " + std::to_string(queries) + " positions and max_length " +
           std::to_string(generation.max_length) + " more, but the language model has " +
           std::to_string(config.language.max_positions) + "; give fewer frames or a smaller max_length");
  }
  return room;
}

DecodePlan LanguageTexts::plan(Ids prompt, const GenerationOptions& generation) const {
  const Blip2Config& config = *checkpoint_.config.blip2;
  const bool is_original = checkpoint_.family == CheckpointFamily::kOriginal;
  DecodePlan plan;
  if (is_opt()) {
    // LAVIS' penalty sees one placeholder before what is generated, that of transformers the pictures' placeholders and
    // the prompt.
    if (is_original) {
      plan.input.said_before = Ids{tokenizer_.special().start};
    } else if (config.image_token >= 0) {
      plan.input.said_before = prompt;
      plan.input.said_before->push_back(config.image_token);
    }
    plan.input.prompt = std::move(prompt);
  } else {
    plan.input.question = std::move(prompt);
    plan.input.prompt = {tokenizer_.special().start};
  }
  const auto ahead = static_cast<std::int64_t>(plan.input.prompt.size());
  plan.generation = generation;
  plan.generation.max_length += ahead;
  plan.generation.min_length = std::max<std::int64_t>(0, generation.min_length + ahead - 1);
  plan.generation.beam_scoring = resolved_scoring(generation.beam_scoring, checkpoint_);
  plan.generation.validate();
  return plan;
}

DecodePlan LanguageTexts::plan_caption(const CaptionOptions& options, std::size_t frames) const {
  expect_lengths(options.generation);
  Ids prompt = tokenizer_.encode(options.prompt.value_or(""));
  const std::int64_t room = room_for_prompts(frames, options.generation);
  if (static_cast<std::int64_t>(prompt.size()) > room)
    refuse("the prompt has " + std::to_string(prompt.size()) + " tokens, but the language model has room for " +
           std::to_string(room) + "; shorten it");
  return plan(std::move(prompt), options.generation);
}

DecodePlan LanguageTexts::plan_answer(const std::string& question, const AnswerOptions& options,
                                      std::size_t frames) const {
  expect_lengths(options.generation);
  const std::string form = !options.prompt.empty() ? options.prompt : is_opt() ? kOptPrompt : kT5Prompt;
  const std::int64_t room = room_for_prompts(frames, options.generation);
  const auto fits = [room](const Ids& ids) { return static_cast<std::int64_t>(ids.size()) <= room; };
  Ids prompt = tokenizer_.encode(chat_prompt(form, {}, question));
  if (!fits(prompt))
    refuse("the question with its prompt has " + std::to_string(prompt.size()) +
           " tokens, but the language model has room for " + std::to_string(room) + "; shorten it");
  // As much of the conversation as there is room for: its newest part.
  std::span<const ChatTurn> history = options.history;
  if (history.size() > static_cast<std::size_t>(room)) history = history.last(static_cast<std::size_t>(room));
  for (; !history.empty(); history = history.subspan(1)) {
    Ids whole = tokenizer_.encode(chat_prompt(form, history, question));
    if (!fits(whole)) continue;
    prompt = std::move(whole);
    break;
  }
  return plan(std::move(prompt), options.generation);
}

void LanguageTexts::expect_question(const std::string& question, const DecodePlan&) const {
  expect_utf8("question", question);
  if (stripped(question).empty()) refuse("question is empty");
}

TaskTexts::Ids LanguageTexts::told_ids(const GeneratedSequence& sequence) const {
  const auto generated = static_cast<std::ptrdiff_t>(sequence.token_logprobs.size());
  return {sequence.ids.end() - generated, sequence.ids.end()};
}

std::string LanguageTexts::answer_text(const GeneratedSequence& sequence) const {
  const bool is_original = checkpoint_.family == CheckpointFamily::kOriginal;  // transformers 5 cleans nothing up
  return stripped(tokenizer_.decode(told_ids(sequence), {.clean_up = is_original}));
}

std::string LanguageTexts::caption_text(const DecodePlan&, const GeneratedSequence& sequence) const {
  return answer_text(sequence);
}

TaskTexts::Ids LanguageTexts::answer_ids(const DecodePlan& plan, const std::string& answer) const {
  Ids ids{plan.input.prompt.back()};
  const Ids text = tokenizer_.encode_plain(is_opt() ? " " + answer : answer);
  ids.insert(ids.end(), text.begin(), text.end());
  ids.push_back(tokenizer_.special().end);
  return ids;
}

TaskTexts::Ids LanguageTexts::match_ids(const std::string&, const MatchOptions&) const {
  need_matching(checkpoint_);
  return {};
}

TaskTexts::Ids LanguageTexts::embedding_ids(const std::string&, std::int64_t) const {
  need_embeddings(checkpoint_);
  return {};
}

}  // namespace blip
