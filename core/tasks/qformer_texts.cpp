#include "core/tasks/qformer_texts.h"

#include "core/text/caption_text.h"

namespace blip {
namespace {

constexpr std::int64_t kMaxTokens = 32;  // max_txt_len of LAVIS' Blip2Qformer
constexpr std::size_t kMaxWords = 50;    // of its text processor

}  // namespace

DecodePlan QformerTexts::plan_caption(const CaptionOptions& options, std::size_t) const {
  return caption_from(options.prompt.value_or(""), options.generation);
}

TaskTexts::Ids QformerTexts::match_ids(const std::string& text, const MatchOptions& options) const {
  return embedding_ids(text, options.max_tokens);
}

TaskTexts::Ids QformerTexts::embedding_ids(const std::string& text, std::int64_t max_tokens) const {
  return tokenizer().encode(pre_caption(text, kMaxWords), {max_tokens == 0 ? kMaxTokens : max_tokens});
}

}  // namespace blip
