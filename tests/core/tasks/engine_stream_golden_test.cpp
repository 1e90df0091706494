// The goldens of the trained small model through libblip-engine.so: streams, scheduler and cache give what the original
// code gave, also when several streams ask at once.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <thread>

#include "core/tasks/engine_api.h"
#include "tests/core/tasks/shapes_cases.h"

namespace blip::test {
namespace {

using Json = nlohmann::json;

class EngineStreamGolden : public testing::Test {
 protected:
  // A model of its own, so that its counters count this test only.
  static std::shared_ptr<Model> open(const std::string& file, const std::string& instance) {
    static Engine* const engine = [] {
      void* library = dlopen(BLIP_ENGINE_FILE, RTLD_NOW | RTLD_LOCAL);
      if (library == nullptr) throw std::runtime_error(dlerror());
      return reinterpret_cast<EngineFactory>(dlsym(library, kEngineFactoryName))(kEngineAbi);
    }();
    ModelOptions options;
    options.model = (shapes_dir() / file).string();
    options.instance = instance;
    options.num_threads = 1;
    return take(engine->open(options));
  }
  static std::unique_ptr<Stream> stream_of(Model& model, const StreamOptions& options = {}) {
    return take(model.open_stream(options));
  }
  template <class T>
  static T take(Outcome<T> outcome) {
    if (!outcome.ok()) throw std::runtime_error(outcome.failure().message);
    return std::move(outcome.value());
  }
  static FramesByIndex frames(Stream& stream, const Json& clip, const std::vector<std::int64_t>& indices) {
    return encode_chosen(ShapesCases::file(clip), indices,
                         [&](const ImageView& view) { return take(stream.encode(std::span(&view, 1))).at(0); });
  }
  // Every shot's caption, match probabilities and cosines. Returns the number of shots.
  int expect_shots(Stream& stream, const Json& clip) const {
    const auto features = frames(stream, clip, ShapesCases::shot_frames(clip));
    std::vector<Clip> clips;
    for (const auto& shot : clip.at("shots")) clips.push_back({{features.at(shot.at("frame").get<std::int64_t>())}});
    const auto captions = take(stream.caption(clips, cases_.caption_options()));
    const Matrix images = take(stream.embed_clips(clips));
    EXPECT_EQ(captions.size(), clips.size());
    for (std::size_t i = 0; i < clips.size(); ++i) {
      const auto& shot = clip.at("shots").at(i);
      EXPECT_EQ(captions[i].token_ids, shot.at("caption").at("ids").get<std::vector<std::int64_t>>());
      EXPECT_EQ(captions[i].text, shot.at("caption").at("text").get<std::string>());
      const std::vector<std::string> texts{shot.at("own_text").get<std::string>(),
                                           shot.at("wrong_text").get<std::string>()};
      const auto trained = take(stream.match(clips[i], texts, {}));
      const auto cls = take(stream.match(clips[i], texts, {.first_token = FirstToken::kCls}));
      const Matrix words = take(stream.embed_texts(texts));
      for (std::size_t t = 0; t < texts.size(); ++t) {
        const auto& expected = shot.at(t == 0 ? "own" : "wrong");
        EXPECT_NEAR(trained[t].probability, expected.at("itm").get<double>(), kProbabilityTolerance) << texts[t];
        EXPECT_NEAR(cls[t].probability, expected.at("itm_cls").get<double>(), kProbabilityTolerance) << texts[t];
        double cosine = 0;
        for (std::int64_t k = 0; k < words.columns; ++k)
          cosine += images.row(static_cast<std::int64_t>(i))[static_cast<std::size_t>(k)] *
                    words.row(static_cast<std::int64_t>(t))[static_cast<std::size_t>(k)];
        EXPECT_NEAR(cosine, expected.at("itc").get<double>(), kProbabilityTolerance) << texts[t];
      }
    }
    return static_cast<int>(clips.size());
  }

  const ShapesCases cases_;
};

TEST_F(EngineStreamGolden, ShotsAreCaptionedMatchedAndEmbedded) {
  const auto model = open("pretrain.pth", "shots");
  const auto stream = stream_of(*model);
  int shots = 0;
  for (const Json* clip : cases_.clips()) shots += expect_shots(*stream, *clip);
  EXPECT_GT(shots, 0);
}

// Four streams go through the clips at the same time, each from another one on, with batches across streams.
TEST_F(EngineStreamGolden, StreamsAtTheSameTimeGetTheSame) {
  const auto model = open("pretrain.pth", "many streams");
  const auto clips = cases_.clips();
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      const auto stream = stream_of(*model, {.batch_size = 3, .batch_timeout = std::chrono::milliseconds(2)});
      for (std::size_t i = 0; i < std::min<std::size_t>(clips.size(), 5); ++i)
        EXPECT_GT(expect_shots(*stream, *clips[(i + t) % clips.size()]), 0);
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_GT(model->counters().features_reused, 0u);
}

TEST_F(EngineStreamGolden, QuestionsAboutShotsAreAnsweredAndRanked) {
  const auto model = open("vqa.pth", "questions");
  const auto stream = stream_of(*model);
  const auto& vqa = cases_.settings().at("vqa");
  const auto choices = vqa.at("answer_list").get<std::vector<std::string>>();
  const auto k = vqa.at("rank_k_test").get<std::size_t>();
  int questions = 0;
  for (const Json* clip : cases_.clips()) {
    const auto features = frames(*stream, *clip, ShapesCases::shot_frames(*clip));
    for (const auto& shot : clip->at("shots")) {
      const Clip frame{{features.at(shot.at("frame").get<std::int64_t>())}};
      for (const auto& expected : shot.at("answers")) {
        ++questions;
        const auto question = expected.at("question").get<std::string>();
        const auto answers = take(stream->answer(std::span(&frame, 1), question, cases_.answer_options()));
        EXPECT_EQ(answers.at(0).token_ids, expected.at("ids").get<std::vector<std::int64_t>>()) << question;
        EXPECT_EQ(answers.at(0).text, expected.at("generate").get<std::string>());
        const auto ranked = take(stream->rank(frame, question, choices, k, cases_.answer_options()));
        EXPECT_EQ(choices.at(ranked.at(0).index), expected.at("rank").get<std::string>()) << question;
      }
    }
  }
  EXPECT_GT(questions, 0);
}

// Windows of several frames: attention runs over all their tokens.
TEST_F(EngineStreamGolden, QuestionsAboutWholeClipsAreAnswered) {
  const auto model = open("vqa.pth", "windows");
  const auto stream = stream_of(*model);
  int questions = 0;
  for (const Json* clip : cases_.clips()) {
    const auto indices = clip->at("video_frames").get<std::vector<std::int64_t>>();
    const auto features = frames(*stream, *clip, indices);
    Clip window;
    for (const std::int64_t index : indices) window.frames.push_back(features.at(index));
    for (const auto& expected : clip->at("video_answers")) {
      ++questions;
      const auto question = expected.at("question").get<std::string>();
      const auto answers = take(stream->answer(std::span(&window, 1), question, cases_.answer_options()));
      EXPECT_EQ(answers.at(0).token_ids, expected.at("ids").get<std::vector<std::int64_t>>()) << question;
    }
  }
  EXPECT_GT(questions, 0);
}

// ITC, ITM and a caption of one picture, with a second picture as good as the first: one vision pass.
TEST_F(EngineStreamGolden, AllTasksOnOnePictureTakeOneVisionPass) {
  const auto model = open("pretrain.pth", "one pass");
  const auto first = stream_of(*model), second = stream_of(*model);
  const std::vector<std::uint8_t> picture(3 * 40 * 30, 200);
  ImageView view;
  view.width = 40;
  view.height = 30;
  view.planes[0] = picture.data();
  view.strides[0] = 120;
  const std::string text = "a red circle";
  for (Stream* stream : {first.get(), second.get()}) {
    const Clip clip{take(stream->encode(std::span(&view, 1)))};
    EXPECT_EQ(take(stream->embed_clips(std::span(&clip, 1))).rows, 1);
    EXPECT_EQ(take(stream->match(clip, std::span(&text, 1), {})).size(), 1u);
    EXPECT_EQ(take(stream->caption(std::span(&clip, 1), {})).size(), 1u);
  }
  const ModelCounters counters = model->counters();
  EXPECT_EQ(counters.images_encoded, 1u);
  EXPECT_EQ(counters.vision_batches, 1u);
  EXPECT_EQ(counters.features_reused, 1u);
  EXPECT_EQ(counters.sequences, 2u);
  EXPECT_EQ(counters.texts_encoded, 2u);
  EXPECT_GT(counters.decode_steps, 1u);
}

}  // namespace
}  // namespace blip::test
