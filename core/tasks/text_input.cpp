#include "core/tasks/text_input.h"

#include "core/text/caption_text.h"

namespace blip {
namespace {

// Words kept by the original's loaders: configs/retrieval_msrvtt.yaml for captions (40; 30 for COCO),
// data/vqa_dataset.py for questions.
constexpr int kCaptionWords = 40;
constexpr int kQuestionWords = 50;

}  // namespace

std::vector<std::int64_t> caption_ids(const Tokenizer& tokenizer, const std::string& text, std::int64_t max_tokens) {
  return tokenizer.encode(pre_caption(text, kCaptionWords), {max_tokens});
}

std::vector<std::int64_t> question_ids(const Tokenizer& tokenizer, const std::string& question,
                                       std::int64_t max_tokens) {
  return tokenizer.encode(pre_question(question, kQuestionWords), {max_tokens});
}

std::vector<std::int64_t> with_first(std::vector<std::int64_t> ids, FirstToken first, const SpecialTokens& special) {
  ids.front() = first == FirstToken::kEncode ? special.encode : special.cls;
  return ids;
}

}  // namespace blip
