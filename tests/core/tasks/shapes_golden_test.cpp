// Against the original BLIP code on the trained small model: from decoded video to captions, matches and answers.
#include <gtest/gtest.h>

#include <map>

#include "core/media/frame_sampler.h"
#include "core/media/video_reader.h"
#include "core/tasks/answerer.h"
#include "core/tasks/captioner.h"
#include "core/tasks/embedder.h"
#include "core/tasks/frame_encoder.h"
#include "core/tasks/matcher.h"
#include "tests/support/golden_model.h"

namespace blip::test {
namespace {

using Json = nlohmann::json;

// Features of chosen frames (by index in display order) of a clip.
std::map<std::int64_t, std::shared_ptr<const ImageFeatures>> encode_chosen(LoadedModel& model,
                                                                           const std::filesystem::path& path,
                                                                           std::vector<std::int64_t> indices) {
  std::map<std::int64_t, std::shared_ptr<const ImageFeatures>> features;
  VideoReader reader = VideoReader::open(path);
  VideoFrame frame;
  for (std::int64_t index = 0; reader.next(frame); ++index) {
    if (std::find(indices.begin(), indices.end(), index) == indices.end()) continue;
    features[index] = encode_frames(model, std::span(&frame.view, 1))[0];
  }
  return features;
}

class ShapesGolden : public testing::Test {
 protected:
  static void SetUpTestSuite() { json_ = new Json(read_json(shapes_dir() / "expected.json")); }
  static void TearDownTestSuite() { delete json_; }

  const Json& settings() const { return json_->at("settings"); }
  // Every clip of the set, and the demo where there is one.
  static std::vector<const Json*> clips() {
    std::vector<const Json*> all;
    for (const auto& clip : json_->at("clips")) all.push_back(&clip);
    if (json_->contains("demo")) all.push_back(&json_->at("demo"));
    return all;
  }
  static std::vector<std::int64_t> shot_frames(const Json& clip) {
    std::vector<std::int64_t> frames;
    for (const auto& shot : clip.at("shots")) frames.push_back(shot.at("frame").get<std::int64_t>());
    return frames;
  }
  static std::filesystem::path file(const Json& clip) { return shapes_dir() / clip.at("file").get<std::string>(); }

  static Json* json_;
};
Json* ShapesGolden::json_ = nullptr;

// Probabilities and cosines of the reference agree to about 1e-4 given the same pixels (tests/data/shapes/README.md);
// they are stored with six decimals.
constexpr double kProbabilityTolerance = 1e-4;

TEST_F(ShapesGolden, EveryShotIsCaptionedWithTheSameTokens) {
  const auto model = load_model(shapes_dir() / "pretrain.pth");
  const auto& kwargs = settings().at("caption");
  CaptionOptions options;
  options.prompt = kwargs.at("prompt").get<std::string>();
  Json generation = kwargs;
  generation.erase("prompt");
  options.generation = recorded_options(generation, BeamScoring::kAuto);
  int shots = 0;
  for (const Json* clip : clips()) {
    const auto features = encode_chosen(*model, file(*clip), shot_frames(*clip));
    for (const auto& shot : clip->at("shots")) {
      ++shots;
      const Clip frame{{features.at(shot.at("frame").get<std::int64_t>())}};
      const Caption found = caption(*model, std::span(&frame, 1), options).at(0);
      EXPECT_EQ(found.token_ids, shot.at("caption").at("ids").get<std::vector<std::int64_t>>())
          << file(*clip) << " frame " << shot.at("frame");
      EXPECT_EQ(found.text, shot.at("caption").at("text").get<std::string>());
    }
  }
  EXPECT_GT(shots, 0);
}

TEST_F(ShapesGolden, EveryShotIsMatchedAndEmbedded) {
  const auto model = load_model(shapes_dir() / "pretrain.pth");
  int shots = 0;
  for (const Json* clip : clips()) {
    const auto features = encode_chosen(*model, file(*clip), shot_frames(*clip));
    for (const auto& shot : clip->at("shots")) {
      ++shots;
      const Clip frame{{features.at(shot.at("frame").get<std::int64_t>())}};
      const Matrix image = embed_clips(*model, std::span(&frame, 1));
      for (const std::string which : {"own", "wrong"}) {
        const auto text = shot.at(which + "_text").get<std::string>();
        const auto& expected = shot.at(which);
        EXPECT_NEAR(match(*model, frame, std::span(&text, 1))[0].probability, expected.at("itm").get<double>(),
                    kProbabilityTolerance)
            << text;
        EXPECT_NEAR(match(*model, frame, std::span(&text, 1), {.first_token = FirstToken::kCls})[0].probability,
                    expected.at("itm_cls").get<double>(), kProbabilityTolerance);
        const Matrix words = embed_texts(*model, std::span(&text, 1));
        double cosine = 0;
        for (std::int64_t k = 0; k < image.columns; ++k) cosine += image.row(0)[k] * words.row(0)[k];
        EXPECT_NEAR(cosine, expected.at("itc").get<double>(), kProbabilityTolerance);
      }
    }
  }
  EXPECT_GT(shots, 0);
}

TEST_F(ShapesGolden, EveryQuestionIsAnsweredAndRanked) {
  const auto model = load_model(shapes_dir() / "vqa.pth");
  const auto& vqa = settings().at("vqa");
  AnswerOptions options;
  options.generation = recorded_options(
      {{"num_beams", vqa.at("num_beams")}, {"max_length", vqa.at("max_length")}, {"min_length", vqa.at("min_length")}},
      BeamScoring::kAuto);
  const auto answers = vqa.at("answer_list").get<std::vector<std::string>>();
  int questions = 0;
  for (const Json* clip : clips()) {
    const auto features = encode_chosen(*model, file(*clip), shot_frames(*clip));
    for (const auto& shot : clip->at("shots")) {
      const Clip frame{{features.at(shot.at("frame").get<std::int64_t>())}};
      for (const auto& expected : shot.at("answers")) {
        ++questions;
        const auto question = expected.at("question").get<std::string>();
        const Answer found = answer(*model, frame, question, options);
        EXPECT_EQ(found.token_ids, expected.at("ids").get<std::vector<std::int64_t>>())
            << file(*clip) << " " << question;
        EXPECT_EQ(found.text, expected.at("generate").get<std::string>());
        const auto ranked =
            rank_answers(*model, frame, question, answers, vqa.at("rank_k_test").get<std::size_t>(), options);
        EXPECT_EQ(answers.at(ranked.front().index), expected.at("rank").get<std::string>())
            << file(*clip) << " " << question;
      }
    }
  }
  EXPECT_GT(questions, 0);
}

// The tokens of several frames concatenated: zero-shot video question answering.
TEST_F(ShapesGolden, QuestionsAboutWholeClipsAreAnswered) {
  const auto model = load_model(shapes_dir() / "vqa.pth");
  const auto& vqa = settings().at("vqa");
  AnswerOptions options;
  options.generation = recorded_options(
      {{"num_beams", vqa.at("num_beams")}, {"max_length", vqa.at("max_length")}, {"min_length", vqa.at("min_length")}},
      BeamScoring::kAuto);
  int questions = 0;
  for (const Json* clip : clips()) {
    const auto indices = clip->at("video_frames").get<std::vector<std::int64_t>>();
    const auto features = encode_chosen(*model, file(*clip), indices);
    Clip video;
    for (const std::int64_t index : indices) video.frames.push_back(features.at(index));
    for (const auto& expected : clip->at("video_answers")) {
      ++questions;
      const auto question = expected.at("question").get<std::string>();
      EXPECT_EQ(answer(*model, video, question, options).token_ids, expected.at("ids").get<std::vector<std::int64_t>>())
          << file(*clip) << " " << question;
    }
  }
  EXPECT_GT(questions, 0);
}

// Given the very pixels, the Hugging Face form of the model generates the recorded ids, with the prompt and without.
TEST_F(ShapesGolden, PreprocessedFramesGiveTheRecordedGreedyIds) {
  const auto model = load_model(shapes_dir() / "hf-caption");
  const SafetensorsFile frames(shapes_dir() / "frames.safetensors");
  const auto greedy = read_json(shapes_dir() / "greedy.json");
  ASSERT_FALSE(greedy.empty());
  for (const auto& [name, expected] : greedy.items()) {
    const auto clips = encode_clips(*model->backend, Pixels(frames, name));
    CaptionOptions options;
    options.generation.num_beams = 1;
    options.generation.min_length = 0;
    options.generation.max_length = 30;
    EXPECT_EQ(caption(*model, clips, options)[0].token_ids, expected.at("prompt").get<std::vector<std::int64_t>>())
        << name;
    options.prompt.clear();
    options.generation.max_length = 20;
    EXPECT_EQ(caption(*model, clips, options)[0].token_ids, expected.at("no_prompt").get<std::vector<std::int64_t>>())
        << name;
  }
}

}  // namespace
}  // namespace blip::test
