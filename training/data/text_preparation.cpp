#include "training/data/text_preparation.h"

#include <algorithm>
#include <utility>

#include "core/base/error.h"
#include "core/text/caption_text.h"
#include "core/text/utf8.h"

namespace blip {

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
  } else {
    throw Error(ErrorKind::kInvalidArgument,
                "there is no task '" + std::string(task) + "'; must be pretrain, caption, retrieval, vqa or nlvr2");
  }
  return options;
}

TextPreparation::TextPreparation(Tokenizer tokenizer, TextOptions options)
    : tokenizer_(std::move(tokenizer)), options_(std::move(options)) {
  options_.validate();
  if (!options_.prompt.empty())
    prompt_tokens_ = static_cast<std::int64_t>(tokenizer_.encode(options_.prompt).size()) - 1;
  if (options_.max_tokens != 0 && prompt_tokens_ + 1 >= options_.max_tokens) {
    throw Error(ErrorKind::kInvalidArgument, "prompt '" + options_.prompt + "' takes " +
                                                 std::to_string(prompt_tokens_) + " of max_tokens " +
                                                 std::to_string(options_.max_tokens) + "; leave room for the text");
  }
}

PreparedText TextPreparation::prepare(const Sample& sample) const {
  const auto fail = [&](const std::string& what) -> void {
    throw Error(ErrorKind::kInvalidData, "sample '" + sample.id + "' " + what);
  };
  if (!is_utf8(sample.text)) fail("has a text that is not UTF-8");
  const auto words = static_cast<std::size_t>(options_.max_words);
  const std::string text = options_.question ? pre_question(sample.text, words) : pre_caption(sample.text, words);
  PreparedText prepared;
  prepared.ids = tokenizer_.encode(options_.prompt + text, {.max_length = options_.max_tokens});
  constexpr std::size_t kClsAndSep = 2;
  if (prepared.ids.size() <= std::max(kClsAndSep, static_cast<std::size_t>(prompt_tokens_) + 1))
    fail("has the text '" + sample.text + "', of which nothing is left after cleaning");
  if (!options_.answers) return prepared;
  if (sample.answers.empty()) fail("has no answers");
  for (const WeightedAnswer& answer : sample.answers) {
    prepared.answers.push_back(tokenizer_.encode(answer.text));
    if (prepared.answers.back().size() <= kClsAndSep) fail("has the empty answer '" + answer.text + "'");
  }
  return prepared;
}

}  // namespace blip
