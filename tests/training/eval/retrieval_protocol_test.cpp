#include "training/eval/retrieval_protocol.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>

#include "core/base/error.h"
#include "core/tasks/embedder.h"
#include "tests/training/eval/picture_media.h"
#include "training/eval/packed_numbers.h"
#include "training/eval/retrieval_result.h"

namespace blip {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

RetrievalBenchmark retrieval_of(const test::PictureMedia& pictures) {
  RetrievalBenchmark benchmark;
  benchmark.media = pictures.media();
  benchmark.texts = {"two boat sky", "chair to ball", "of the broken one", "table", "who black", "..."};
  benchmark.media_of_text = {0, 0, 1, 2, 3, 3};
  return benchmark;
}

TEST(RetrievalProtocol, ShardsAndResumedRunsGiveTheRecordsOfOneRun) {
  const auto model = test::golden_model("retrieval");
  const test::PictureMedia pictures;
  const RetrievalBenchmark benchmark = retrieval_of(pictures);
  RetrievalSettings settings;
  settings.k = 2;
  const auto records = test::records_however_run(
      *model, pictures,
      [&](MediaFeatures& features, const Shard& shard, SampleRecords& to, const RunHooks& hooks) {
        run_retrieval(*model, benchmark, features, settings, shard, to, hooks);
      },
      /*calls_before_stop=*/5);        // the texts, three pictures encoded, one of them matched
  ASSERT_EQ(records.size(), 4U + 5U);  // the broken picture is recorded, its text is not
  EXPECT_EQ(records.at("medium broken").at("lost_texts"), 1);
  EXPECT_THAT(records.at("medium broken").at("failed").get<std::string>(), HasSubstr("broken.png"));

  RetrievalCollector collector(settings);
  for (const auto& [key, record] : records) collector.add(key, record);
  const RetrievalScores scores = collector.scores();
  EXPECT_THAT(scores.media, ElementsAre("a", "b", "c"));
  EXPECT_THAT(scores.media_of_text, ElementsAre(0, 0, 1, 2, 2));
  for (const RankedQuery& query : scores.by_text) EXPECT_EQ(query.candidates.size(), 2U);
  EXPECT_EQ(collector.failed().size(), 1U);
  // Matched with what it wants or what wants it, and with nothing else.
  std::size_t pairs = 0;
  for (const char* id : {"a", "b", "c"})
    pairs += unpack_indices(records.at("medium " + std::string(id)).at("texts").get<std::string>()).size();
  std::set<std::pair<std::size_t, std::size_t>> wanted;
  for (std::size_t m = 0; m < scores.media.size(); ++m)
    for (const std::size_t t : scores.by_medium[m].candidates) wanted.emplace(m, t);
  for (std::size_t t = 0; t < scores.texts.size(); ++t)
    for (const std::size_t m : scores.by_text[t].candidates) wanted.emplace(m, t);
  EXPECT_EQ(pairs, wanted.size());
}

TEST(RetrievalProtocol, WithoutReRankTheCosineDecides) {
  const auto model = test::golden_model("retrieval");
  const test::PictureMedia pictures;
  const RetrievalBenchmark benchmark = retrieval_of(pictures);
  RetrievalSettings settings;
  settings.k = 0;
  MediaFeatures features(*model, benchmark.media, {});
  MemoryRecords records;
  run_retrieval(*model, benchmark, features, settings, {}, records);
  RetrievalCollector collector(settings);
  for (const auto& [key, record] : records.all()) collector.add(key, record);
  const RetrievalScores scores = collector.scores();
  const Matrix media = embed_clips(*model, std::vector<Clip>{features.find(0)->frames}),
               texts = embed_texts(*model, std::vector<std::string>{"table"});
  const Matrix all = dense_scores(scores.by_medium, scores.texts.size());
  ASSERT_EQ(scores.texts.at(2), "table");
  EXPECT_NEAR(all.row(0)[2], cosine(media.row(0), texts.row(0)), 1e-5);
}

TEST(RetrievalProtocol, RecordsOfDifferentRunsAreRefused) {
  RetrievalSettings settings;
  settings.k = 1;
  const std::vector<float> one = {1, 0}, other = {0, 1};
  const auto medium = [&](int index, const std::vector<float>& embedding, const std::vector<std::int32_t>& texts) {
    return nlohmann::json{{"index", index},
                          {"embedding", pack_floats(embedding)},
                          {"texts", pack_indices(texts)},
                          {"logits", pack_floats(std::vector<float>(texts.size()))}};
  };
  const nlohmann::json text = {{"index", 0}, {"medium", 0}, {"text", "x"}, {"embedding", pack_floats(one)}};
  RetrievalCollector good(settings), lacks_pair(settings), lacks_medium(settings);
  good.add("medium a", medium(0, one, {0}));
  good.add("text 0", text);
  EXPECT_EQ(good.scores().by_text[0].scores, std::vector<float>{1});
  lacks_pair.add("medium a", medium(0, other, {}));
  lacks_pair.add("text 0", text);
  EXPECT_THROW(lacks_pair.scores(), Error);
  lacks_medium.add("text 0", text);
  EXPECT_THROW(lacks_medium.scores(), Error);
}

TEST(RetrievalResult, CountsTextsAndWritesBothMatrices) {
  const auto model = test::golden_model("retrieval");
  const test::PictureMedia pictures;
  const RetrievalBenchmark benchmark = retrieval_of(pictures);
  RetrievalSettings settings;
  settings.k = 2;
  MediaFeatures features(*model, benchmark.media, {});
  MemoryRecords records;
  run_retrieval(*model, benchmark, features, settings, {}, records);
  Fingerprint fingerprint;
  fingerprint.command = "retrieval";
  fingerprint.parameters = {{"k_test", 2}, {"media", "image"}};
  fingerprint.data = {{"left_out", 3}, {"missing", {"x.png"}}};
  const RetrievalResult found = retrieval_result(fingerprint, test::each_record(records));
  EXPECT_EQ(found.result.counts.done, 5);
  EXPECT_EQ(found.result.counts.failed, 1);
  EXPECT_EQ(found.result.counts.missing, 3);
  EXPECT_EQ(found.result.counts.in, 9);
  EXPECT_EQ(found.result.missing.size(), 2U);
  // By hand from the ranks.
  const auto ranks = text_ranks(found.scores);
  const auto first = std::count(ranks.begin(), ranks.end(), std::size_t{0});
  EXPECT_DOUBLE_EQ(test::metric_value(found.result, "t2i.r1"), 100.0 * static_cast<double>(first) / 5);
  EXPECT_DOUBLE_EQ(test::metric_value(found.result, "i2t.r10"), 100);
  EXPECT_EQ(found.result.samples.size(), 8U);
  EXPECT_EQ(found.result.samples[1].key, "text 2 of a");

  const auto file = pictures.folder() / "scores.safetensors";
  write_score_matrices(found.scores, file);
  const test::SafetensorsFile written(file);
  EXPECT_EQ(written.floats("scores_v2t"), dense_scores(found.scores.by_medium, 5).values);
  EXPECT_EQ(written.floats("scores_t2v"), dense_scores(found.scores.by_text, 3).values);
}

}  // namespace
}  // namespace blip
