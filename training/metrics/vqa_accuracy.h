#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

namespace blip {

struct AnsweredQuestion {
  std::string prediction;
  std::vector<std::string> answers;  // of the people who were asked, repeats kept: ten in VQA
  std::string question_type, answer_type;
};

enum class VqaRule {
  kOfficial,  // VQA v2: both sides are brought to one form, unless all answers are the same; then neither is
  kExact,     // GQA: 1 where the prediction, brought to one form, is one of the answers as they are, else 0
  kOlder,     // as LAVIS: the prediction always is, of the answers only the marks go, unless all are the same
};

// The share of people who agree, min(1, matches / 3), averaged over the sets that leave out one answer each.
struct VqaAccuracy {
  double overall = 0;  // parts of 1, as all
  std::map<std::string, double> by_question_type, by_answer_type;
  std::vector<double> each;
};

// Throws Error(kInvalidArgument) for a question without answers.
VqaAccuracy vqa_accuracy(std::span<const AnsweredQuestion> questions, VqaRule rule = VqaRule::kOfficial);

}  // namespace blip
