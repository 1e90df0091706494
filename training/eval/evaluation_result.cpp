#include "training/eval/evaluation_result.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "training/eval/result_builder.h"
#include "training/eval/retrieval_result.h"
#include "training/metrics/bleu.h"
#include "training/metrics/cider.h"
#include "training/metrics/ptb_tokenizer.h"
#include "training/metrics/rouge_l.h"
#include "training/metrics/vqa_accuracy.h"

namespace blip {
namespace {

using Json = nlohmann::json;

// The reader's own losses, which the fingerprint of the data names.
RunResult finished(ResultBuilder& builder, const Fingerprint& fingerprint) {
  return builder.finish(fingerprint.data.value("left_out", std::int64_t{0}),
                        fingerprint.data.value("missing", std::vector<std::string>{}));
}

// Calls take() with each record that is not of a failed sample; those go into the result.
void take_done(const EachRecord& each, ResultBuilder& builder,
               const std::function<void(const std::string& key, const Json& record)>& take) {
  each([&](const std::string& key, const Json& record) {
    if (record.contains("failed"))
      builder.fail(key + ": " + record.at("failed").get<std::string>());
    else
      take(key, record);
  });
}

// As answers are compared: without the case of letters and blanks around.
std::string bare(const std::string& text) {
  const auto blank = [](unsigned char c) { return std::isspace(c) != 0; };
  const auto first = std::find_if_not(text.begin(), text.end(), blank);
  const auto last = std::find_if_not(text.rbegin(), std::make_reverse_iterator(first), blank).base();
  std::string result(first, last);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

RunResult video_question_result(const Fingerprint& fingerprint, const EachRecord& each) {
  ResultBuilder builder;
  std::vector<std::string> types;
  take_done(each, builder, [&](const std::string& key, const Json& record) {
    const std::string prediction = bare(record.at("prediction").get<std::string>());
    const auto answers = record.at("answers").get<std::vector<std::string>>();
    const bool right = std::any_of(answers.begin(), answers.end(),
                                   [&](const std::string& answer) { return bare(answer) == prediction; });
    builder.add({key, record.at("medium").get<std::string>(), {{"accuracy", right ? 100.0 : 0.0}}});
    types.push_back(record.at("type").get<std::string>());
  });
  builder.mean("accuracy", "top-1 accuracy");
  builder.mean_by_part("accuracy", "accuracy", types);
  return finished(builder, fingerprint);
}

RunResult vqa_result(const Fingerprint& fingerprint, const EachRecord& each) {
  ResultBuilder builder;
  std::vector<AnsweredQuestion> questions;
  std::vector<std::pair<std::string, std::string>> names;  // key, medium
  std::int64_t without_answers = 0;
  take_done(each, builder, [&](const std::string& key, const Json& record) {
    auto answers = record.at("answers").get<std::vector<std::string>>();
    names.emplace_back(key, record.at("medium").get<std::string>());
    if (answers.empty()) {
      ++without_answers;
      builder.add({key, names.back().second, {}});
      return;
    }
    questions.push_back({record.at("prediction").get<std::string>(), std::move(answers),
                         record.at("type").get<std::string>(), record.at("answer_type").get<std::string>()});
  });
  if (without_answers > 0) {
    builder.not_computed("accuracy",
                         std::to_string(without_answers) + " questions have no answers: send in answers.json");
    return finished(builder, fingerprint);
  }
  const std::string named = fingerprint.parameters.value("vqa_rule", "official");
  const auto rule = named == "older" ? VqaRule::kOlder : named == "exact" ? VqaRule::kExact : VqaRule::kOfficial;
  const VqaAccuracy accuracy = vqa_accuracy(questions, rule);
  std::vector<std::string> answer_types, question_types;
  for (std::size_t q = 0; q < questions.size(); ++q) {
    builder.add({names[q].first, names[q].second, {{"accuracy", 100 * accuracy.each[q]}}});
    answer_types.push_back(questions[q].answer_type.empty() ? "" : "answer." + questions[q].answer_type);
    question_types.push_back(questions[q].question_type.empty() ? "" : "question." + questions[q].question_type);
  }
  builder.mean("accuracy", rule == VqaRule::kExact ? "accuracy" : "VQA accuracy");
  builder.mean_by_part("accuracy", "accuracy", answer_types);
  builder.mean_by_part("accuracy", "accuracy", question_types);
  return finished(builder, fingerprint);
}

RunResult caption_result(const Fingerprint& fingerprint, const EachRecord& each, const JavaTools& java) {
  ResultBuilder builder;
  struct Target {
    std::string key, medium;
  };
  std::vector<Target> targets;
  std::vector<std::string> domains;
  std::vector<ScoredCaption> captions;
  take_done(each, builder, [&](const std::string& key, const Json& record) {
    ScoredCaption caption{ptb_words(record.at("prediction").get<std::string>()), {}};
    for (const Json& reference : record.at("references"))
      caption.references.push_back(ptb_words(reference.get<std::string>()));
    captions.push_back(std::move(caption));
    targets.push_back({key, record.at("medium").get<std::string>()});
    domains.push_back(record.at("domain").get<std::string>());
  });
  if (captions.empty()) return finished(builder, fingerprint);

  const auto bleus = bleu(captions);
  std::vector<std::pair<std::string, MetricScore>> scores = {{"rouge_l", rouge_l(captions)},
                                                             {"cider", cider(captions)}};
  for (const auto& [key, ask] : {std::pair{"meteor", &meteor}, std::pair{"spice", &spice}}) {
    ToolScore tool = ask(captions, java);
    if (tool.score)
      scores.emplace_back(key, std::move(*tool.score));
    else
      builder.not_computed(key, tool.reason);
  }
  for (std::size_t i = 0; i < targets.size(); ++i) {
    ScoredSample sample{targets[i].key, targets[i].medium, {}};
    for (const auto& [key, score] : scores) sample.scores[key] = 100 * score.each[i];
    builder.add(std::move(sample));
  }
  static const std::map<std::string, std::string> labels = {
      {"rouge_l", "ROUGE-L"}, {"cider", "CIDEr"}, {"meteor", "METEOR"}, {"spice", "SPICE"}};
  for (std::size_t n = 0; n < bleus.size(); ++n)
    builder.plain("bleu" + std::to_string(n + 1), "BLEU-" + std::to_string(n + 1), 100 * bleus[n].corpus,
                  static_cast<std::int64_t>(captions.size()));
  for (const auto& [key, score] : scores) {
    builder.mean(key, labels.at(key));
    builder.mean_by_part(key, labels.at(key), domains);
  }
  return finished(builder, fingerprint);
}

RunResult statement_result(const Fingerprint& fingerprint, const EachRecord& each) {
  ResultBuilder builder;
  take_done(each, builder, [&](const std::string& key, const Json& record) {
    const bool right = record.at("prediction").get<bool>() == record.at("truth").get<bool>();
    builder.add({key, record.at("medium").get<std::string>(), {{"accuracy", right ? 100.0 : 0.0}}});
  });
  builder.mean("accuracy", "accuracy");
  return finished(builder, fingerprint);
}

RunResult dialog_result(const Fingerprint& fingerprint, const EachRecord& each) {
  ResultBuilder builder;
  take_done(each, builder, [&](const std::string& key, const Json& record) {
    const auto ranks = record.at("ranks").get<std::vector<std::int64_t>>();
    for (std::size_t r = 0; r < ranks.size(); ++r) {
      const auto within = [&](std::int64_t limit) { return ranks[r] < limit ? 100.0 : 0.0; };
      const auto place = static_cast<double>(ranks[r] + 1);
      builder.add(
          {key + " round " + std::to_string(r + 1),
           record.at("medium").get<std::string>(),
           {{"mrr", 100 / place}, {"r1", within(1)}, {"r5", within(5)}, {"r10", within(10)}, {"mean_rank", place}}});
    }
  });
  builder.mean("mrr", "MRR");
  builder.mean("r1", "R@1");
  builder.mean("r5", "R@5");
  builder.mean("r10", "R@10");
  builder.mean("mean_rank", "mean rank");
  return finished(builder, fingerprint);
}

}  // namespace

RunResult evaluation_result(const Fingerprint& fingerprint, const EachRecord& each, const JavaTools& java) {
  try {
    const std::string& command = fingerprint.command;
    if (command == "retrieval") return retrieval_result(fingerprint, each).result;
    if (command == "videoqa") return video_question_result(fingerprint, each);
    if (command == "vqa") return vqa_result(fingerprint, each);
    if (command == "caption") return caption_result(fingerprint, each, java);
    if (command == "nlvr2") return statement_result(fingerprint, each);
    if (command == "visdial") return dialog_result(fingerprint, each);
    throw Error(ErrorKind::kInvalidData, "a run of '" + command +
                                             "' cannot be scored; there are retrieval, videoqa, vqa, caption, nlvr2 "
                                             "and visdial");
  } catch (const Json::exception& error) {
    throw Error(ErrorKind::kInvalidData,
                "records of a " + fingerprint.command + " run are not as blip-eval writes them: " + error.what());
  }
}

RunResult shard_result(const EachRecord& each) {
  ResultBuilder builder;
  take_done(each, builder, [&](const std::string& key, const Json&) { builder.add({key, key, {}}); });
  builder.not_computed("metrics", "this is one shard of several: blip-eval merge puts them together");
  return builder.finish(/*left_out=*/0, {});
}

}  // namespace blip
