#include "training/eval/question_protocol.h"

#include <algorithm>
#include <span>
#include <utility>

#include "core/tasks/abilities.h"
#include "core/tasks/answerer.h"
#include "training/eval/run_plans.h"
#include "training/metrics/lemma.h"

namespace blip {
namespace {

using Json = nlohmann::json;

std::string question_key(const Question& question) {
  return "question " + question.id;
}

Json record_of(const QuestionBenchmark& benchmark, std::size_t index) {
  const Question& question = benchmark.questions[index];
  return {{"index", index},
          {"medium", benchmark.media[question.medium].id},
          {"question", question.text},
          {"answers", question.answers},
          {"type", question.type},
          {"answer_type", question.answer_type}};
}

}  // namespace

std::vector<std::string> answer_questions(LoadedModel& model, const Clip& clip,
                                          const std::vector<std::string>& questions, const QuestionSettings& settings) {
  std::vector<std::string> answers;
  if (!settings.candidates.empty()) {
    for (const std::string& question : questions) {
      const auto ranked = rank_answers(model, clip, question, settings.candidates, settings.k, settings.generation);
      answers.push_back(settings.candidates[ranked.front().index]);
    }
    return answers;
  }
  std::vector<DecodePlan> plans;
  for (const std::string& question : questions) {
    plans.push_back(plan_answer(model, question, settings.generation, clip.frames.size()));
    plans.back().input.clip = clip;
  }
  for (GeneratedSequence& best : run_plans(model, std::move(plans))) {
    std::string text = finish_answer(model, std::move(best)).text;
    answers.push_back(settings.lemmatize ? lemmatized(text) : std::move(text));
  }
  return answers;
}

void run_questions(LoadedModel& model, const QuestionBenchmark& benchmark, MediaFeatures& features,
                   const QuestionSettings& settings, const Shard& shard, SampleRecords& records,
                   const RunHooks& hooks) {
  need_answers(model.checkpoint);
  std::vector<std::vector<std::size_t>> open(benchmark.media.size());  // questions of each medium without an answer yet
  std::size_t all = 0, done = 0;
  for (std::size_t q = 0; q < benchmark.questions.size(); ++q) {
    const std::size_t medium = benchmark.questions[q].medium;
    if (!takes(shard, medium) || records.find(question_key(benchmark.questions[q])) != nullptr) continue;
    open[medium].push_back(q);
    ++all;
  }
  std::vector<std::size_t> order;
  for (std::size_t m = 0; m < open.size(); ++m)
    if (!open[m].empty()) order.push_back(m);

  const auto append = [&](std::size_t q, const char* field, const std::string& value) {
    Json record = record_of(benchmark, q);
    record[field] = value;
    records.append(static_cast<std::int64_t>(q), question_key(benchmark.questions[q]), record);
  };
  features.for_each(
      order,
      [&](std::size_t m, const MediumFeatures& medium) {
        std::vector<std::string> texts;
        for (const std::size_t q : open[m]) texts.push_back(benchmark.questions[q].text);
        hooks.at("questions", done, all);
        const auto answers = answer_questions(model, medium.joined, texts, settings);
        for (std::size_t i = 0; i < answers.size(); ++i) append(open[m][i], "prediction", answers[i]);
        done += answers.size();
      },
      [&](std::size_t m, const std::string& reason) {
        for (const std::size_t q : open[m]) append(q, "failed", reason);
        done += open[m].size();
      });
}

}  // namespace blip
