#include "core/tasks/text_input.h"

#include <algorithm>

#include "core/text/caption_text.h"

namespace blip {
namespace {

// Words kept by the original's loaders: configs/retrieval_msrvtt.yaml for captions (40; 30 for COCO), data/vqa_dataset.py for questions.
constexpr int kCaptionWords = 40;
constexpr int kQuestionWords = 50;

}  // namespace

std::vector<std::int64_t> caption_ids(const Tokenizer& tokenizer, const std::string& text, std::int64_t max_tokens) {
  return tokenizer.encode(pre_caption(text, kCaptionWords), {max_tokens});
}

std::vector<std::int64_t> question_ids(const Tokenizer& tokenizer, const std::string& question, std::int64_t max_tokens) {
  return tokenizer.encode(pre_question(question, kQuestionWords), {max_tokens});
}

std::vector<std::int64_t> with_first(std::vector<std::int64_t> ids, FirstToken first, const SpecialTokens& special) {
  ids.front() = first == FirstToken::kEncode ? special.encode : special.cls;
  return ids;
}

TokenBatch right_padded(const std::vector<std::vector<std::int64_t>>& ids, std::int64_t pad) {
  TokenBatch batch;
  batch.texts = static_cast<std::int64_t>(ids.size());
  for (const auto& text : ids) batch.length = std::max(batch.length, static_cast<std::int64_t>(text.size()));
  for (const auto& text : ids) {
    const auto missing = static_cast<std::size_t>(batch.length) - text.size();
    batch.ids.insert(batch.ids.end(), text.begin(), text.end());
    batch.ids.insert(batch.ids.end(), missing, pad);
    batch.mask.insert(batch.mask.end(), text.size(), 1);
    batch.mask.insert(batch.mask.end(), missing, 0);
  }
  return batch;
}

}  // namespace blip
