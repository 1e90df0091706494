#include "training/eval/retrieval_result.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/checkpoint/safetensors_writer.h"
#include "training/eval/result_builder.h"
#include "training/eval/retrieval_protocol.h"

namespace blip {
namespace {

using Json = nlohmann::json;

std::map<std::string, double> rank_scores(const std::string& direction, std::size_t rank) {
  const auto within = [&](std::size_t limit) { return rank < limit ? 100.0 : 0.0; };
  return {{direction + ".r1", within(1)},
          {direction + ".r5", within(5)},
          {direction + ".r10", within(10)},
          {direction + ".mean", (within(1) + within(5) + within(10)) / 3},
          {direction + ".rank", static_cast<double>(rank + 1)}};
}

void add_direction(ResultBuilder& builder, const std::string& direction, const std::string& label) {
  builder.mean(direction + ".r1", label + " R@1");
  builder.mean(direction + ".r5", label + " R@5");
  builder.mean(direction + ".r10", label + " R@10");
  builder.mean(direction + ".mean", label + " mean of R@1, R@5, R@10");
  builder.median(direction + ".rank", direction + ".mdr", label + " median rank");
  builder.mean(direction + ".rank", label + " mean rank");
}

TensorView view_of(Matrix matrix) {
  const auto kept = std::make_shared<Matrix>(std::move(matrix));
  TensorView view;
  view.data = kept->values.data();
  view.shape = {kept->rows, kept->columns};
  view.owner = kept;
  return view;
}

}  // namespace

RetrievalResult retrieval_result(const Fingerprint& fingerprint, const EachRecord& each) {
  RetrievalSettings settings;
  settings.k = fingerprint.parameters.at("k_test").get<std::size_t>();
  RetrievalCollector collector(settings);
  std::int64_t lost_texts = 0;
  each([&](const std::string& key, const Json& record) {
    collector.add(key, record);
    if (record.contains("failed")) lost_texts += record.at("lost_texts").get<std::int64_t>();
  });
  RetrievalResult found;
  found.scores = collector.scores();
  const RetrievalScores& scores = found.scores;

  const bool pictures = fingerprint.parameters.value("media", "video") == "image";
  const std::string from_text = pictures ? "t2i" : "t2v", to_text = pictures ? "i2t" : "v2t";
  ResultBuilder builder;
  const auto of_texts = text_ranks(scores), of_media = medium_ranks(scores);
  std::vector<std::size_t> texts_of(scores.media.size());  // so far: a text's name does not depend on other media
  for (std::size_t t = 0; t < scores.texts.size(); ++t) {
    const std::size_t medium = scores.media_of_text[t];
    builder.add({"text " + std::to_string(++texts_of[medium]) + " of " + scores.media[medium], scores.media[medium],
                 rank_scores(from_text, of_texts[t])});
  }
  for (std::size_t m = 0; m < scores.media.size(); ++m)
    builder.add({"medium " + scores.media[m], scores.media[m], rank_scores(to_text, of_media[m])});
  for (const std::string& what : collector.failed()) builder.fail(what, 0);
  const std::string medium = pictures ? "picture" : "video";
  add_direction(builder, from_text, "text to " + medium);
  add_direction(builder, to_text, medium + " to text");
  found.result = builder.finish(fingerprint.data.value("left_out", std::int64_t{0}),
                                fingerprint.data.value("missing", std::vector<std::string>{}));
  SampleCounts& counts = found.result.counts;
  counts.done = static_cast<std::int64_t>(scores.texts.size());
  counts.failed = lost_texts;
  counts.in = counts.done + counts.missing + counts.failed;
  return found;
}

void write_score_matrices(const RetrievalScores& scores, const std::filesystem::path& file) {
  if (scores.media.size() * scores.texts.size() > kMostScores) return;
  write_safetensors({{"scores_v2t", view_of(dense_scores(scores.by_medium, scores.texts.size()))},
                     {"scores_t2v", view_of(dense_scores(scores.by_text, scores.media.size()))}},
                    file);
}

}  // namespace blip
