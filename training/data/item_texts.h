#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "training/data/dataset.h"
#include "training/data/json_entry.h"

namespace blip {

// Which text of a picture or a shot a data set gives.
enum class TextKind {
  kCaptions,   // one of its captions
  kWeb,        // the text found with it, which may be wrong
  kQuestions,  // one of its questions, with the answers
};

// "captions", "web", "questions"; throws Error(kInvalidArgument) for another word.
TextKind text_kind_from_name(std::string_view name);

struct AnsweredQuestion {
  std::string text;
  std::vector<std::string> answers;  // at least one; repeats count
};

// All texts of a picture or a shot.
struct ItemTexts {
  std::vector<std::string> captions;
  std::vector<AnsweredQuestion> questions;
  std::string web;  // empty = none

  bool has(TextKind kind) const noexcept;
  // Puts one text of the kind into `sample`, by the random number `choice`. has(kind) must hold.
  void choose(TextKind kind, std::uint64_t choice, Sample& sample) const;
};

// Equal answers put together, each weighted by its share, in the order of their first appearance (VQAv2: ten answers).
std::vector<WeightedAnswer> weigh_answers(const std::vector<std::string>& answers);

// Reads "captions" (a text or a list), "caption" (a text), "web" (a text, or {"text": …}), "questions" [{"question",
// "answer": a text or a list}]; each may be missing. Other fields are left alone. Throws Error(kInvalidData).
ItemTexts read_item_texts(const JsonEntry& entry);

}  // namespace blip
