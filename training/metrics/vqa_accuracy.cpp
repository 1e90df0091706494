#include "training/metrics/vqa_accuracy.h"

#include <algorithm>
#include <utility>

#include "core/base/error.h"
#include "training/metrics/vqa_text.h"

namespace blip {
namespace {

constexpr double kAgreeing = 3;  // of the people asked, for a whole point

double accuracy_of(const AnsweredQuestion& question, VqaRule rule) {
  if (question.answers.empty())
    throw Error(ErrorKind::kInvalidArgument, "no answers to compare '" + question.prediction + "' with");
  std::string prediction = vqa_trimmed(question.prediction);
  if (rule == VqaRule::kExact) {
    prediction = vqa_words(vqa_without_marks(prediction));
    return std::find(question.answers.begin(), question.answers.end(), prediction) == question.answers.end() ? 0 : 1;
  }
  std::vector<std::string> answers = question.answers;
  if (rule == VqaRule::kOfficial)
    for (std::string& answer : answers) answer = vqa_trimmed(answer);
  const bool same = std::all_of(answers.begin(), answers.end(), [&](const auto& one) { return one == answers[0]; });

  const bool official = rule == VqaRule::kOfficial;
  if (!same || !official) prediction = vqa_words(vqa_without_marks(prediction));
  if (!same)
    for (std::string& answer : answers)
      answer = official ? vqa_words(vqa_without_marks(answer)) : vqa_without_marks(answer);

  const auto matches = static_cast<double>(std::count(answers.begin(), answers.end(), prediction));
  double sum = 0;
  for (const std::string& left_out : answers)
    sum += std::min(1.0, (matches - (left_out == prediction ? 1 : 0)) / kAgreeing);
  return sum / static_cast<double>(answers.size());
}

struct Mean {
  double sum = 0, count = 0;
};

std::map<std::string, double> means_of(const std::map<std::string, Mean>& sums) {
  std::map<std::string, double> means;
  for (const auto& [name, mean] : sums) means[name] = mean.sum / mean.count;
  return means;
}

}  // namespace

VqaAccuracy vqa_accuracy(std::span<const AnsweredQuestion> questions, VqaRule rule) {
  VqaAccuracy result;
  std::map<std::string, Mean> by_question_type, by_answer_type;
  for (const AnsweredQuestion& question : questions) {
    const double accuracy = accuracy_of(question, rule);
    result.each.push_back(accuracy);
    result.overall += accuracy / static_cast<double>(questions.size());
    for (Mean* mean : {&by_question_type[question.question_type], &by_answer_type[question.answer_type]}) {
      mean->sum += accuracy;
      ++mean->count;
    }
  }
  result.by_question_type = means_of(by_question_type);
  result.by_answer_type = means_of(by_answer_type);
  return result;
}

}  // namespace blip
