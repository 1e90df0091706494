// Text-video retrieval and video questions on the clips of tests/data/shapes, as the original code evaluates them.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/training/eval/picture_media.h"
#include "training/eval/question_protocol.h"
#include "training/eval/retrieval_protocol.h"
#include "training/eval/retrieval_result.h"

namespace blip {
namespace {

using Json = nlohmann::json;

const Json& shapes_expected() {
  static const Json json = test::read_json(test::shapes_dir() / "expected.json");
  return json;
}

// Its clips were resized by Pillow.
MediaOptions shapes_options() {
  MediaOptions options;
  options.rule.frames = shapes_expected().at("settings").at("video").at("frames");
  options.rule.resize = FrameResize::kPillow;
  return options;
}

std::vector<Medium> shapes_media() {
  std::vector<Medium> media;
  for (const Json& clip : shapes_expected().at("clips")) {
    const std::string file = clip.at("file");
    media.push_back({file, test::shapes_dir() / file, MediaKind::kVideo});
  }
  return media;
}

TEST(ShapesRetrievalGolden, ScoresAndRecallsAreTheOriginals) {
  const auto model = test::load_model(test::shapes_dir() / "pretrain.pth");
  const test::SafetensorsFile arrays(test::shapes_dir() / "retrieval.safetensors");
  const Json& retrieval = shapes_expected().at("retrieval");
  RetrievalBenchmark benchmark;
  benchmark.media = shapes_media();
  benchmark.texts = retrieval.at("texts").get<std::vector<std::string>>();
  for (std::size_t i = 0; i < benchmark.texts.size(); ++i) benchmark.media_of_text.push_back(i);
  ASSERT_EQ(benchmark.texts.size(), benchmark.media.size());
  ASSERT_FALSE(benchmark.texts.empty());

  Fingerprint fingerprint;
  fingerprint.command = "retrieval";
  fingerprint.parameters = {{"k_test", shapes_expected().at("settings").at("video").at("k_test")}};
  fingerprint.data = Json::object();
  RetrievalSettings settings;
  settings.k = fingerprint.parameters.at("k_test");
  MediaFeatures features(*model, benchmark.media, shapes_options());
  MemoryRecords records;
  run_retrieval(*model, benchmark, features, settings, {}, records);
  EXPECT_EQ(features.encoded(), benchmark.media.size());

  const RetrievalResult found = retrieval_result(fingerprint, test::each_record(records));
  EXPECT_LE(test::max_difference(dense_scores(found.scores.by_medium, benchmark.texts.size()).values,
                                 arrays.floats("scores_v2t")),
            test::kScoreTolerance);
  EXPECT_LE(test::max_difference(dense_scores(found.scores.by_text, benchmark.media.size()).values,
                                 arrays.floats("scores_t2v")),
            test::kScoreTolerance);
  const Json& metrics = retrieval.at("itm_rerank");
  constexpr double kRounding = 1e-4;  // the file's
  for (const auto& [key, name] : {std::pair("t2v", "vid"), std::pair("v2t", "txt")}) {
    for (const std::string r : {"r1", "r5", "r10"})
      EXPECT_NEAR(test::metric_value(found.result, std::string(key) + "." + r),
                  metrics.at(std::string(name) + "_" + r).get<double>(), kRounding)
          << key << r;
    EXPECT_NEAR(test::metric_value(found.result, std::string(key) + ".mean"),
                metrics.at(std::string(name) + "_r_mean").get<double>(), kRounding);
    EXPECT_EQ(test::metric_value(found.result, std::string(key) + ".mdr"),
              metrics.at(std::string(name) + "_mdR").get<double>());
  }
}

// Asks about the first `clips`: answers and accuracy must be the original's. Returns the result.
RunResult ask_about_clips(std::size_t clips) {
  const auto model = test::load_model(test::shapes_dir() / "vqa.pth");
  QuestionBenchmark benchmark;
  benchmark.media = shapes_media();
  benchmark.media.resize(std::min(clips, benchmark.media.size()));
  std::vector<std::string> answers;
  double right = 0;
  const Json annotations = test::read_json(test::shapes_dir() / "annotations.json");
  for (std::size_t c = 0; c < benchmark.media.size(); ++c) {
    const Json& asked = annotations.at("clips").at(c).at("questions");
    const Json& found = shapes_expected().at("clips").at(c).at("video_answers");
    EXPECT_EQ(asked.size(), found.size());
    for (std::size_t q = 0; q < asked.size(); ++q) {
      benchmark.questions.push_back({std::to_string(c) + "." + std::to_string(q),
                                     c,
                                     asked[q].at("question"),
                                     {asked[q].at("answer").get<std::string>()},
                                     asked[q].at("kind"),
                                     ""});
      answers.push_back(found[q].at("generate"));
      right += found[q].at("correct").get<bool>() ? 1 : 0;
    }
  }
  EXPECT_FALSE(answers.empty());
  MediaFeatures features(*model, benchmark.media, shapes_options());
  MemoryRecords records;
  run_questions(*model, benchmark, features, {}, {}, records);
  for (std::size_t i = 0; i < answers.size(); ++i)
    EXPECT_EQ(records.all().at("question " + benchmark.questions[i].id).at("prediction"), answers[i]);

  Fingerprint fingerprint;
  fingerprint.command = "videoqa";
  fingerprint.data = Json::object();
  const RunResult result = evaluation_result(fingerprint, test::each_record(records));
  EXPECT_DOUBLE_EQ(test::metric_value(result, "accuracy"), 100 * right / static_cast<double>(answers.size()));
  return result;
}

TEST(ShapesRetrievalGolden, AnswersOverWindowsAreTheOriginals) {
  ask_about_clips(10);
}

TEST(ShapesQuestionsSlow, AccuracyIsTheOriginals) {
  const RunResult result = ask_about_clips(shapes_media().size());
  constexpr double kRounding = 1e-2;  // percent, of the file's four digits
  const Json& summary = shapes_expected().at("summary");
  EXPECT_NEAR(test::metric_value(result, "accuracy"), 100 * summary.at("videoqa").get<double>(), kRounding);
  for (const auto& [kind, rate] : summary.at("videoqa_by_kind").items())
    EXPECT_NEAR(test::metric_value(result, "accuracy." + kind), 100 * rate.get<double>(), kRounding) << kind;
}

}  // namespace
}  // namespace blip
