// Against the original BLIP code on the trained small model, through the elements: similarities, matches,
// answers and answers over windows of each shot of each clip. (Captions: tests/pipelines/apps.)
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "tests/plugins/golden/clip_run.h"
#include "tests/support/golden.h"

namespace blip::test {
namespace {

using Json = nlohmann::json;
using Ids = std::vector<std::int64_t>;

constexpr double kTolerance = 1e-4;  // "probabilities, cosines and scores agree to about 1e-4", the data's README

class ElementsGolden : public ::testing::Test {
 protected:
  void SetUp() override {
    setenv("GST_BLIP_ENGINE", BLIP_ENGINE_FILE, /*overwrite=*/1);
    // Motion JPEG as the original read it, through FFmpeg: libjpeg gives other pixels.
    if (GstPluginFeature* decoder = gst_registry_lookup_feature(gst_registry_get(), "avdec_mjpeg")) {
      gst_plugin_feature_set_rank(decoder, GST_RANK_PRIMARY + 100);
      gst_object_unref(decoder);
    }
    std::ifstream in(shapes_dir() / "expected.json");
    ASSERT_TRUE(in) << shapes_dir();
    expected_ = Json::parse(in);
    ASSERT_FALSE(expected_.at("clips").empty());
  }

  static std::string model(const char* name) { return "model=\"" + (shapes_dir() / name).string() + "\""; }
  static std::string file(const Json& clip) { return shapes_dir() / clip.at("file").get<std::string>(); }
  static std::map<std::uint64_t, FrameRequest> shots(const Json& clip, FrameRequest (*request)(const Json& shot)) {
    std::map<std::uint64_t, FrameRequest> requests;
    for (const Json& shot : clip.at("shots")) requests[shot.at("frame").get<std::uint64_t>()] = request(shot);
    return requests;
  }
  static FrameRequest own_and_wrong(const Json& shot) {
    return {shot.at("own_text").get<std::string>() + ";" + shot.at("wrong_text").get<std::string>(), ""};
  }
  static std::string questions_of(const Json& answers) {
    std::string questions;
    for (const Json& answer : answers)
      questions += (questions.empty() ? "" : ";") + answer.at("question").get<std::string>();
    return questions;
  }
  // The number that `record` has for `query`.
  static double score(const Json& record, const std::string& query, const char* field) {
    for (const Json& score : record.at("scores")) {
      if (score.at("query") == query) return score.at(field).get<double>();
    }
    ADD_FAILURE() << "no score for '" << query << "' in " << record;
    return -9;
  }
  // A record has its one answer as text, or several as a list.
  static std::vector<Json> answers_in(const Json& record) {
    if (record.contains("answers")) return record.at("answers");
    Json answer = record;
    answer["answer"] = record.at("text");
    return {answer};
  }

  Json expected_;
};

TEST_F(ElementsGolden, EveryShotIsComparedWithItsOwnAndTheWrongCaption) {
  const std::string elements = "blipencoder name=e trigger=event " + model("pretrain.pth") +
                               " ! blipfilter name=t k=0 " + model("pretrain.pth") +
                               " score=itm+itc threshold=0 threshold-off=0";
  std::size_t seen = 0;
  for (const Json& clip : expected_.at("clips")) {
    const auto records = run_clip(file(clip), elements, shots(clip, own_and_wrong));
    ASSERT_EQ(records.size(), clip.at("shots").size()) << file(clip);
    for (std::size_t i = 0; i < records.size(); ++i, ++seen) {
      const Json& shot = clip.at("shots")[i];
      for (const char* which : {"own", "wrong"}) {
        const std::string text = shot.at(std::string(which) + "_text");
        EXPECT_NEAR(score(records[i], text, "probability"), shot.at(which).at("itm").get<double>(), kTolerance) << text;
        EXPECT_NEAR(score(records[i], text, "logit"), shot.at(which).at("itm_logits")[1].get<double>(), kTolerance);
        EXPECT_NEAR(score(records[i], text, "itc"), shot.at(which).at("itc").get<double>(), kTolerance) << text;
      }
    }
  }
  EXPECT_GT(seen, 0u);
}

TEST_F(ElementsGolden, WithTheOtherFirstTokenTheMatchIsThatOfTheDemoCode) {
  const std::string elements = "blipencoder name=e trigger=event " + model("pretrain.pth") +
                               " ! blipfilter name=t k=0 itm-token=cls " + model("pretrain.pth");
  const Json& clip = expected_.at("clips").front();
  const auto records = run_clip(file(clip), elements, shots(clip, own_and_wrong));
  ASSERT_EQ(records.size(), clip.at("shots").size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    const Json& shot = clip.at("shots")[i];
    EXPECT_NEAR(score(records[i], shot.at("own_text"), "probability"), shot.at("own").at("itm_cls").get<double>(),
                kTolerance);
  }
}

TEST_F(ElementsGolden, EncoderScoresAreTheSimilarities) {
  const std::string elements = "blipencoder name=t " + model("pretrain.pth") + " trigger=event";
  const std::string named =
      "blipencoder name=e attach=latest trigger=event " + model("pretrain.pth") + " ! " + elements;
  const Json& clip = expected_.at("clips").front();
  const auto records = run_clip(file(clip), named, shots(clip, own_and_wrong));
  ASSERT_EQ(records.size(), clip.at("shots").size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    const Json& shot = clip.at("shots")[i];
    EXPECT_NEAR(score(records[i], shot.at("own_text"), "score"), shot.at("own").at("itc").get<double>(), kTolerance);
    EXPECT_EQ(records[i].at("text"), shot.at("own_text"));
  }
}

TEST_F(ElementsGolden, EveryQuestionAboutAShotIsAnsweredTheSame) {
  const std::string elements = "blipencoder name=e trigger=event " + model("vqa.pth") +
                               " ! blipdecoder name=t task=vqa question=none " + model("vqa.pth");
  std::size_t seen = 0;
  for (const Json& clip : expected_.at("clips")) {
    const auto records = run_clip(file(clip), elements, shots(clip, [](const Json& shot) {
                                    return FrameRequest{"", questions_of(shot.at("answers"))};
                                  }));
    ASSERT_EQ(records.size(), clip.at("shots").size()) << file(clip);
    for (std::size_t i = 0; i < records.size(); ++i) {
      const Json& answers = clip.at("shots")[i].at("answers");
      const auto found = answers_in(records[i]);
      ASSERT_EQ(found.size(), answers.size());
      for (std::size_t a = 0; a < found.size(); ++a, ++seen) {
        EXPECT_EQ(found[a].at("answer"), answers[a].at("generate")) << file(clip) << ": " << answers[a].at("question");
        EXPECT_EQ(found[a].at("token_ids").get<Ids>(), answers[a].at("ids").get<Ids>());
      }
    }
  }
  EXPECT_GT(seen, 0u);
}

TEST_F(ElementsGolden, TheFirstQuestionAboutShotsIsRankedTheSame) {
  const Json& vqa = expected_.at("settings").at("vqa");
  std::string list;
  for (const Json& answer : vqa.at("answer_list")) list += answer.get<std::string>() + ";";
  const std::string elements = "blipencoder name=e trigger=event " + model("vqa.pth") +
                               " ! blipdecoder name=t task=vqa-rank question=none answers=\"" + list +
                               "\" rank-k=" + vqa.at("rank_k_test").dump() + " " + model("vqa.pth");
  std::size_t seen = 0;
  // Every fourth clip: ranking reads every answer of the list, and the engine's streams are held against all clips.
  for (std::size_t c = 0; c < expected_.at("clips").size(); c += 4) {
    const Json& clip = expected_.at("clips")[c];
    const auto records = run_clip(file(clip), elements, shots(clip, [](const Json& shot) {
                                    return FrameRequest{"", shot.at("answers")[0].at("question").get<std::string>()};
                                  }));
    ASSERT_EQ(records.size(), clip.at("shots").size()) << file(clip);
    for (std::size_t i = 0; i < records.size(); ++i, ++seen) {
      const Json& answers = clip.at("shots")[i].at("answers");
      const auto found = answers_in(records[i]);
      ASSERT_EQ(found.size(), 1u);
      EXPECT_EQ(found[0].at("answer"), answers[0].at("rank")) << file(clip) << ": " << answers[0].at("question");
    }
  }
  EXPECT_GT(seen, 0u);
}

TEST_F(ElementsGolden, EveryQuestionAboutAClipIsAnsweredTheSame) {
  std::size_t seen = 0;
  for (const Json& clip : expected_.at("clips")) {
    const Json& frames = clip.at("video_frames");
    const std::string elements =
        "blipencoder name=e trigger=event " + model("vqa.pth") +
        " ! blipdecoder name=t task=vqa question=none frames=" + std::to_string(frames.size()) + " " + model("vqa.pth");
    std::map<std::uint64_t, FrameRequest> requests;
    for (const Json& frame : frames) requests[frame.get<std::uint64_t>()] = {};
    requests.begin()->second.question = questions_of(clip.at("video_answers"));
    const auto records = run_clip(file(clip), elements, requests);
    ASSERT_EQ(records.size(), 1u) << file(clip);
    const auto found = answers_in(records[0]);
    const Json& answers = clip.at("video_answers");
    ASSERT_EQ(found.size(), answers.size());
    for (std::size_t a = 0; a < found.size(); ++a, ++seen) {
      EXPECT_EQ(found[a].at("answer"), answers[a].at("generate")) << file(clip) << ": " << answers[a].at("question");
      EXPECT_EQ(found[a].at("token_ids").get<Ids>(), answers[a].at("ids").get<Ids>());
    }
  }
  EXPECT_GT(seen, 0u);
}

}  // namespace
}  // namespace blip::test
