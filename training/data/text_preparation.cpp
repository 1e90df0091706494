#include "training/data/text_preparation.h"

#include <algorithm>
#include <utility>

#include "core/base/error.h"
#include "core/text/caption_text.h"
#include "core/text/token_padding.h"
#include "core/text/utf8.h"
#include "training/data/prompted_tokens.h"

namespace blip {

namespace {

// Words of the text become the prompt: any number of them but all.
void split_at_random(PromptedText& item, RandomStream& random) {
  std::vector<std::size_t> blanks;
  for (std::size_t at = item.text.find(' '); at != std::string::npos; at = item.text.find(' ', at + 1))
    if (at > 0 && at + 1 < item.text.size()) blanks.push_back(at);
  const auto chosen = static_cast<std::size_t>(random.below(static_cast<std::int64_t>(blanks.size()) + 1));
  if (chosen == blanks.size()) return;
  item.prompt = item.text.substr(0, blanks[chosen]);
  item.text = item.text.substr(blanks[chosen] + 1);
}

}  // namespace

void TextOptions::validate() const {
  if (max_words < 1)
    throw Error(ErrorKind::kInvalidArgument, "max_words is " + std::to_string(max_words) + "; must be at least 1");
  if (max_tokens != 0 && max_tokens < 3)
    throw Error(ErrorKind::kInvalidArgument,
                "max_tokens is " + std::to_string(max_tokens) + "; must be 0 or at least 3");
}

TextOptions text_options(std::string_view task) {
  TextOptions options;
  if (task == "pretrain") return options;
  if (task == "caption") {
    options.max_tokens = 40;
    options.prompt = "a picture of ";
  } else if (task == "retrieval") {
    options.max_tokens = 35;
  } else if (task == "vqa") {
    options.question = true;
    options.max_words = 50;
    options.max_tokens = 35;
    options.answers = true;
  } else if (task == "nlvr2") {
    options.max_words = 40;
    options.max_tokens = 0;
    options.pairs = true;
  } else if (task == "blip2-stage1" || task == "blip2-stage2") {
    options.max_words = 50;
    options.max_tokens = 32;
  } else {
    throw Error(ErrorKind::kInvalidArgument,
                "there is no task '" + std::string(task) +
                    "'; must be pretrain, caption, retrieval, vqa, nlvr2, blip2-stage1 or blip2-stage2");
  }
  return options;
}

TextPreparation::TextPreparation(Tokenizer tokenizer, TextOptions options)
    : tokenizer_(std::move(tokenizer)), options_(std::move(options)) {
  options_.validate();
  if (!options_.prompt.empty())
    prompt_tokens_ = static_cast<std::int64_t>(tokenizer_->encode(options_.prompt).size()) - 1;
  if (options_.max_tokens != 0 && prompt_tokens_ + 1 >= options_.max_tokens) {
    throw Error(ErrorKind::kInvalidArgument, "prompt '" + options_.prompt + "' takes " +
                                                 std::to_string(prompt_tokens_) + " of max_tokens " +
                                                 std::to_string(options_.max_tokens) + "; leave room for the text");
  }
}

TextPreparation::TextPreparation(std::shared_ptr<const LanguageTokenizer> tokenizer, TextOptions options)
    : language_tokenizer_(std::move(tokenizer)), options_(std::move(options)) {
  options_.validate();
}

TokenBatch TextPreparation::pad(const std::vector<std::vector<std::int64_t>>& texts) const {
  return tokenizer_ ? tokenizer_->pad(texts) : pad_texts(texts, language_tokenizer_->special().pad);
}

PreparedText TextPreparation::prepare_prompted(const Sample& sample, RandomStream& random) const {
  PromptedText item;
  item.prompt = sample.prompt.empty() ? options_.prompt : sample.prompt;
  item.text = sample.verbatim ? sample.text : pre_caption(sample.text, static_cast<std::size_t>(options_.max_words));
  item.id = sample.id;
  if (item.text.empty())
    throw Error(ErrorKind::kInvalidData, "sample '" + sample.id + "' has the text '" + sample.text +
                                             "', of which nothing is left after cleaning");
  PreparedText prepared;
  if (language_tokenizer_->kind() == LanguageTokenizerKind::kByteBpe) {
    auto tokens = prompted_tokens(item, *language_tokenizer_, options_.max_tokens);
    prepared.ids = std::move(tokens.ids);
    prepared.prompt_tokens = tokens.prompt_tokens;
    return prepared;
  }
  if (item.prompt.empty()) split_at_random(item, random);
  prepared.ids = language_tokenizer_->encode(item.prompt, options_.max_tokens);
  prepared.answers.push_back(language_tokenizer_->encode(item.text, options_.max_tokens));
  return prepared;
}

PreparedText TextPreparation::prepare(const Sample& sample, RandomStream& random) const {
  const auto fail = [&](const std::string& what) -> void {
    throw Error(ErrorKind::kInvalidData, "sample '" + sample.id + "' " + what);
  };
  if (!is_utf8(sample.text)) fail("has a text that is not UTF-8");
  if (is_of_language_model()) return prepare_prompted(sample, random);
  const auto words = static_cast<std::size_t>(options_.max_words);
  const std::string text = options_.question ? pre_question(sample.text, words) : pre_caption(sample.text, words);
  PreparedText prepared;
  prepared.ids = tokenizer_->encode(options_.prompt + text, {.max_length = options_.max_tokens});
  constexpr std::size_t kClsAndSep = 2;
  if (prepared.ids.size() <= std::max(kClsAndSep, static_cast<std::size_t>(prompt_tokens_) + 1))
    fail("has the text '" + sample.text + "', of which nothing is left after cleaning");
  if (!options_.answers) return prepared;
  if (sample.answers.empty()) fail("has no answers");
  for (const WeightedAnswer& answer : sample.answers) {
    prepared.answers.push_back(tokenizer_->encode(answer.text));
    if (prepared.answers.back().size() <= kClsAndSep) fail("has the empty answer '" + answer.text + "'");
  }
  return prepared;
}

}  // namespace blip
