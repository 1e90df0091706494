// The evaluation protocols against what the original code computed on tiny random models (tests/data/golden/pth).
#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"
#include "tests/training/eval/stored_pictures.h"
#include "training/eval/question_protocol.h"
#include "training/eval/retrieval_protocol.h"
#include "training/eval/retrieval_result.h"
#include "training/eval/statement_protocol.h"

namespace blip {
namespace {

using Json = nlohmann::json;
using Indices = std::vector<std::size_t>;

const std::filesystem::path kFolder = test::golden_dir() / "pth";

struct Golden {
  explicit Golden(const std::string& name)
      : model(test::load_model(kFolder / (name + ".pth"))),
        json(test::read_json(kFolder / (name + ".expected.json"))),
        arrays(kFolder / (name + ".expected.safetensors")),
        pixels(test::SafetensorsFile(kFolder / "images.safetensors"), "pixel_values"),
        pictures(*model, pixels, folder.path()) {}

  test::TempDir folder;
  std::shared_ptr<LoadedModel> model;
  Json json;
  test::SafetensorsFile arrays;
  test::Pixels pixels;
  test::StoredPictures pictures;
};

RetrievalScores evaluate(Golden& golden, const RetrievalBenchmark& benchmark, const FrameRule& rule, std::size_t k) {
  MediaFeatures features(*golden.model, benchmark.media, {.rule = rule, .cache = golden.pictures.store()});
  RetrievalSettings settings;
  settings.k = k;
  settings.max_tokens = golden.json.at("max_length");
  MemoryRecords records;
  run_retrieval(*golden.model, benchmark, features, settings, {}, records);
  EXPECT_EQ(features.encoded(), 0U);
  RetrievalCollector collector(settings);
  for (const auto& [key, record] : records.all()) collector.add(key, record);
  return collector.scores();
}

void expect_recalls(const std::vector<std::size_t>& ranks, const Json& metrics, const std::string& prefix) {
  for (const std::size_t limit : {1, 5, 10}) {
    const auto hits = std::count_if(ranks.begin(), ranks.end(), [&](std::size_t rank) { return rank < limit; });
    EXPECT_NEAR(100.0 * static_cast<double>(hits) / static_cast<double>(ranks.size()),
                metrics.at(prefix + "_r" + std::to_string(limit)).get<double>(), 1e-9);
  }
}

TEST(ProtocolsGolden, PictureRetrievalHasTheOriginalsScores) {
  Golden golden("retrieval");
  RetrievalBenchmark benchmark;
  for (const Json& picture : golden.json.at("images"))
    benchmark.media.push_back(golden.pictures.medium(picture.dump(), {picture.get<std::size_t>()}, {}));
  benchmark.texts = golden.json.at("texts").get<std::vector<std::string>>();
  for (std::size_t t = 0; t < benchmark.texts.size(); ++t)
    benchmark.media_of_text.push_back(golden.json.at("txt2img").at(std::to_string(t)));
  ASSERT_FALSE(benchmark.texts.empty());

  const RetrievalScores scores = evaluate(golden, benchmark, {}, golden.json.at("k_test"));
  EXPECT_LE(test::max_difference(dense_scores(scores.by_medium, scores.texts.size()).values,
                                 golden.arrays.floats("score_i2t")),
            test::kScoreTolerance);
  EXPECT_LE(
      test::max_difference(dense_scores(scores.by_text, scores.media.size()).values, golden.arrays.floats("score_t2i")),
      test::kScoreTolerance);
  expect_recalls(medium_ranks(scores), golden.json.at("metrics"), "txt");
  expect_recalls(text_ranks(scores), golden.json.at("metrics"), "img");
}

TEST(ProtocolsGolden, VideoRetrievalHasTheOriginalsScores) {
  Golden golden("retrieval");
  const Json& video = golden.json.at("video");
  RetrievalBenchmark benchmark;
  FrameRule rule;
  for (const Json& clip : video.at("clips")) {
    rule.frames = static_cast<std::int64_t>(clip.size());
    benchmark.media_of_text.push_back(benchmark.media.size());
    benchmark.media.push_back(golden.pictures.medium("clip " + clip.dump(), clip.get<Indices>(), rule));
  }
  benchmark.texts = video.at("texts").get<std::vector<std::string>>();
  ASSERT_EQ(benchmark.texts.size(), benchmark.media.size());

  const RetrievalScores scores = evaluate(golden, benchmark, rule, video.at("k_test"));
  EXPECT_LE(test::max_difference(dense_scores(scores.by_medium, scores.texts.size()).values,
                                 golden.arrays.floats("score_v2t")),
            test::kScoreTolerance);
  EXPECT_LE(
      test::max_difference(dense_scores(scores.by_text, scores.media.size()).values, golden.arrays.floats("score_t2v")),
      test::kScoreTolerance);
  expect_recalls(medium_ranks(scores), video.at("metrics"), "txt");
  expect_recalls(text_ranks(scores), video.at("metrics"), "vid");
}

TEST(ProtocolsGolden, QuestionsAreAnsweredAsByTheOriginal) {
  Golden golden("vqa");
  QuestionBenchmark benchmark;
  const auto texts = golden.json.at("questions").get<std::vector<std::string>>();
  std::vector<std::string> generated, best;
  for (std::size_t p = 0; p < golden.json.at("images").size(); ++p) {
    const Json& picture = golden.json.at("images").at(p);
    benchmark.media.push_back(golden.pictures.medium(picture.dump(), {picture.get<std::size_t>()}, {}));
    for (std::size_t q = 0; q < texts.size(); ++q) {
      benchmark.questions.push_back({std::to_string(p) + "." + std::to_string(q), p, texts[q], {"red"}, "", ""});
      generated.push_back(golden.json.at("generate_single").at(p).at(q).at("answers").at(0));
    }
  }
  ASSERT_FALSE(generated.empty());

  MediaFeatures features(*golden.model, benchmark.media, {.rule = {}, .cache = golden.pictures.store()});
  MemoryRecords records;
  run_questions(*golden.model, benchmark, features, {}, {}, records);
  for (std::size_t i = 0; i < benchmark.questions.size(); ++i)
    EXPECT_EQ(records.all().at("question " + benchmark.questions[i].id).at("prediction"), generated[i]);
}

TEST(ProtocolsGolden, AnswersAreRankedAsByTheOriginal) {
  Golden golden("vqa");
  QuestionSettings settings;
  settings.candidates = golden.json.at("answer_list").get<std::vector<std::string>>();
  settings.k = golden.json.at("rank_k_test");
  const auto texts = golden.json.at("questions").get<std::vector<std::string>>();
  const auto clips = test::encode_clips(*golden.model->backend, golden.pixels);
  const Json& rank = golden.json.at("rank");
  ASSERT_FALSE(texts.empty());
  for (std::size_t q = 0; q < texts.size(); ++q) {
    const auto& clip = clips.at(golden.json.at("images").at(q).get<std::size_t>());
    EXPECT_EQ(answer_questions(*golden.model, clip, {texts[q]}, settings).front(),
              settings.candidates.at(rank.at("best").at(q).get<std::size_t>()));
  }
}

TEST(ProtocolsGolden, StatementsAreJudgedAsByTheOriginal) {
  Golden golden("nlvr");
  StatementBenchmark benchmark;
  for (std::size_t p = 0; p < static_cast<std::size_t>(golden.pixels.images); ++p)
    benchmark.media.push_back(golden.pictures.medium(std::to_string(p), {p}, {}));
  const auto logits = golden.arrays.floats("logits");
  const auto texts = golden.json.at("texts").get<std::vector<std::string>>();
  for (std::size_t s = 0; s < texts.size(); ++s)
    benchmark.statements.push_back({std::to_string(s), golden.json.at("image0").at(s).get<std::size_t>(),
                                    golden.json.at("image1").at(s).get<std::size_t>(), texts[s], true});
  ASSERT_FALSE(texts.empty());
  MediaFeatures features(*golden.model, benchmark.media, {.rule = {}, .cache = golden.pictures.store()});
  MemoryRecords records;
  run_statements(*golden.model, benchmark, features, {}, records);
  for (std::size_t s = 0; s < texts.size(); ++s)
    EXPECT_EQ(records.all().at("statement " + std::to_string(s)).at("prediction"), logits[2 * s + 1] > logits[2 * s]);
}

}  // namespace
}  // namespace blip
