#include "training/eval/question_protocol.h"

#include <algorithm>
#include <span>
#include <utility>

#include "core/generate/run_searches.h"
#include "core/tasks/abilities.h"
#include "core/tasks/answerer.h"
#include "training/metrics/lemma.h"

namespace blip {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kTogether = 32;  // answers that are decoded at once

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
  const std::int64_t sep = model.end_token();
  for (std::size_t first = 0; first < questions.size(); first += kTogether) {
    std::vector<DecodeInput> inputs;
    GenerationOptions generation;
    for (std::size_t q = first; q < std::min(first + kTogether, questions.size()); ++q) {
      DecodePlan plan = plan_answer(model, questions[q], settings.generation, clip.frames.size());
      plan.input.clip = clip;
      inputs.push_back(std::move(plan.input));
      generation = plan.generation;
    }
    const auto decoding = model.backend->start_decoding();
    for (auto& found : generate(*decoding, inputs, generation, sep)) {
      std::string text = finish_answer(model, std::move(found.front())).text;
      answers.push_back(settings.lemmatize ? lemmatized(text) : std::move(text));
    }
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
