#include "core/tasks/text_input.h"

#include "core/base/error.h"
#include "core/text/caption_text.h"
#include "core/text/utf8.h"

namespace blip {
namespace {

// Words kept by the original's loaders: configs/retrieval_msrvtt.yaml for captions (40; 30 for COCO),
// data/vqa_dataset.py for questions.
constexpr int kCaptionWords = 40;
constexpr int kQuestionWords = 50;

constexpr std::size_t kIdsWithoutText = 2;  // what stands first, and [SEP]

// "text 3 of 5", or "text" when it is the only one.
std::string numbered(const std::string& what, std::size_t index, std::size_t count) {
  if (count == 1) return what;
  return what + " " + std::to_string(index + 1) + " of " + std::to_string(count);
}

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

void expect_utf8(const std::string& what, const std::string& text) {
  if (is_utf8(text)) return;
  throw Error(ErrorKind::kInvalidArgument, what + " is not valid UTF-8 (" + std::to_string(text.size()) + " bytes)");
}

void expect_texts(const std::string& what, std::span<const std::string> texts,
                  std::span<const std::vector<std::int64_t>> ids) {
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string name = numbered(what, i, texts.size());
    expect_utf8(name, texts[i]);
    if (texts[i].empty()) throw Error(ErrorKind::kInvalidArgument, name + " is empty");
    if (ids[i].size() <= kIdsWithoutText)
      throw Error(ErrorKind::kInvalidArgument, name + " has no word in it: \"" + texts[i] + "\"");
  }
}

}  // namespace blip
