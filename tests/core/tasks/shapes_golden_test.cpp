// Against the original BLIP code on the trained small model: from decoded video to captions, matches and answers.
#include <gtest/gtest.h>

#include "core/tasks/answerer.h"
#include "core/tasks/captioner.h"
#include "core/tasks/embedder.h"
#include "core/tasks/frame_encoder.h"
#include "core/tasks/matcher.h"
#include "tests/core/tasks/shapes_cases.h"
#include "tests/support/golden_model.h"

namespace blip::test {
namespace {

using Json = nlohmann::json;

class ShapesGolden : public testing::Test {
 protected:
  static FramesByIndex frames(LoadedModel& model, const Json& clip, const std::vector<std::int64_t>& indices) {
    return encode_chosen(ShapesCases::file(clip), indices,
                         [&](const ImageView& view) { return encode_frames(model, std::span(&view, 1))[0]; });
  }
  static FramesByIndex shots(LoadedModel& model, const Json& clip) {
    return frames(model, clip, ShapesCases::shot_frames(clip));
  }
  static std::filesystem::path file(const Json& clip) { return ShapesCases::file(clip); }
  // Every third: the engine's streams, which do the same through the scheduler, are held against all of them.
  std::vector<const Json*> clips() const {
    std::vector<const Json*> chosen;
    const auto all = cases_.clips();
    for (std::size_t i = 0; i < all.size(); i += 3) chosen.push_back(all[i]);
    return chosen;
  }
  const Json& settings() const { return cases_.settings(); }

  const ShapesCases cases_;
};

TEST_F(ShapesGolden, ShotsAreCaptionedWithTheSameTokens) {
  const auto model = load_model(shapes_dir() / "pretrain.pth");
  const CaptionOptions options = cases_.caption_options();
  int seen = 0;
  for (const Json* clip : clips()) {
    const auto features = shots(*model, *clip);
    for (const auto& shot : clip->at("shots")) {
      ++seen;
      const Clip frame{{features.at(shot.at("frame").get<std::int64_t>())}};
      const Caption found = caption(*model, std::span(&frame, 1), options).at(0);
      EXPECT_EQ(found.token_ids, shot.at("caption").at("ids").get<std::vector<std::int64_t>>())
          << file(*clip) << " frame " << shot.at("frame");
      EXPECT_EQ(found.text, shot.at("caption").at("text").get<std::string>());
    }
  }
  EXPECT_GT(seen, 0);
}

TEST_F(ShapesGolden, ShotsAreMatchedAndEmbedded) {
  const auto model = load_model(shapes_dir() / "pretrain.pth");
  int seen = 0;
  for (const Json* clip : clips()) {
    const auto features = shots(*model, *clip);
    for (const auto& shot : clip->at("shots")) {
      ++seen;
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
  EXPECT_GT(seen, 0);
}

TEST_F(ShapesGolden, QuestionsAreAnsweredAndRanked) {
  const auto model = load_model(shapes_dir() / "vqa.pth");
  const auto& vqa = settings().at("vqa");
  const AnswerOptions options = cases_.answer_options();
  const auto answers = vqa.at("answer_list").get<std::vector<std::string>>();
  int questions = 0;
  for (const Json* clip : clips()) {
    const auto features = shots(*model, *clip);
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
  const AnswerOptions options = cases_.answer_options();
  int questions = 0;
  for (const Json* clip : clips()) {
    const auto indices = clip->at("video_frames").get<std::vector<std::int64_t>>();
    const auto features = frames(*model, *clip, indices);
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
    options.prompt = "";
    options.generation.max_length = 20;
    EXPECT_EQ(caption(*model, clips, options)[0].token_ids, expected.at("no_prompt").get<std::vector<std::int64_t>>())
        << name;
  }
}

}  // namespace
}  // namespace blip::test
