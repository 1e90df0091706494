#include "training/data/item_texts.h"

#include <algorithm>

#include "core/base/error.h"

namespace blip {

TextKind text_kind_from_name(std::string_view name) {
  if (name == "captions") return TextKind::kCaptions;
  if (name == "web") return TextKind::kWeb;
  if (name == "questions") return TextKind::kQuestions;
  throw Error(ErrorKind::kInvalidArgument, "text is '" + std::string(name) + "'; must be captions, web or questions");
}

bool ItemTexts::has(TextKind kind) const noexcept {
  switch (kind) {
    case TextKind::kCaptions:
      return !captions.empty();
    case TextKind::kWeb:
      return !web.empty();
    case TextKind::kQuestions:
      return !questions.empty();
  }
  return false;
}

void ItemTexts::choose(TextKind kind, std::uint64_t choice, Sample& sample) const {
  switch (kind) {
    case TextKind::kCaptions:
      sample.text = captions[choice % captions.size()];
      sample.captions = captions;
      break;
    case TextKind::kWeb:
      sample.text = web;
      break;
    case TextKind::kQuestions: {
      const AnsweredQuestion& question = questions[choice % questions.size()];
      sample.text = question.text;
      sample.answers = weigh_answers(question.answers);
      break;
    }
  }
}

std::vector<WeightedAnswer> weigh_answers(const std::vector<std::string>& answers) {
  std::vector<WeightedAnswer> result;
  std::vector<double> weights;
  const double share = 1.0 / static_cast<double>(answers.size());
  for (const std::string& answer : answers) {
    const auto same =
        std::find_if(result.begin(), result.end(), [&](const auto& other) { return other.text == answer; });
    if (same == result.end()) {
      result.push_back({answer, 0});
      weights.push_back(share);
    } else {
      weights[static_cast<std::size_t>(same - result.begin())] += share;
    }
  }
  for (std::size_t i = 0; i < result.size(); ++i) result[i].weight = static_cast<float>(weights[i]);
  return result;
}

ItemTexts read_item_texts(const JsonEntry& entry) {
  ItemTexts texts;
  if (entry.has("captions")) {
    texts.captions = entry.text_or_texts("captions");
  } else if (entry.has("caption")) {
    texts.captions = entry.text_or_texts("caption");
  }
  if (entry.has("web")) texts.web = entry.text_or_text_object("web");
  if (entry.has("questions")) {
    for (const JsonEntry& question : entry.objects("questions"))
      texts.questions.push_back({question.text("question"), question.text_or_texts("answer")});
  }
  return texts;
}

}  // namespace blip
