// A stream on the LibTorch backend, linked in: what it refuses, what it cuts, and that it gives what core/tasks gives.
#include <gtest/gtest.h>

#include "core/tasks/answerer.h"
#include "core/tasks/captioner.h"
#include "core/tasks/embedder.h"
#include "core/tasks/matcher.h"
#include "core/tasks/open_model.h"
#include "tests/support/golden_model.h"

namespace blip::test {
namespace {

class EngineStreamTest : public testing::Test {
 protected:
  std::unique_ptr<Stream> stream(const std::string& layout, const StreamOptions& options = {}) {
    model_ = load_model(golden_dir() / "pth" / (layout + ".pth"));
    return make_engine_stream(std::make_shared<const OpenModel>(model_, cache_, scheduler_), options);
  }
  ImageView picture() const {
    ImageView view;
    view.width = 20;
    view.height = 10;
    view.planes[0] = bytes_.data();
    view.strides[0] = 60;
    return view;
  }
  static Clip clip_of(Stream& stream, const ImageView& view) {
    return {std::move(stream.encode(std::span(&view, 1)).value())};
  }
  template <class T>
  static std::string error_of(const Outcome<T>& outcome, ErrorKind kind) {
    if (outcome.ok()) {
      ADD_FAILURE() << "expected an error";
      return {};
    }
    EXPECT_EQ(outcome.failure().kind, kind) << outcome.failure().message;
    EXPECT_EQ(outcome.failure().message.find('\n'), std::string::npos);
    return outcome.failure().message;
  }

  const std::vector<std::uint8_t> bytes_ = std::vector<std::uint8_t>(600, 77);
  const std::shared_ptr<FeatureCache> cache_ = std::make_shared<FeatureCache>(1 << 24);
  Scheduler scheduler_{cache_};
  std::shared_ptr<LoadedModel> model_;
};

TEST_F(EngineStreamTest, GivesWhatTheTasksGive) {
  const auto one = stream("pretrain");
  const Clip clip = clip_of(*one, picture());
  const std::vector<std::string> texts{"a red circle", "Two blue squares, left of a star!"};
  EXPECT_EQ(one->embed_clips(std::span(&clip, 1)).value().values, embed_clips(*model_, std::span(&clip, 1)).values);
  const Matrix found = one->embed_texts(texts).value(), expected = embed_texts(*model_, texts);
  EXPECT_LE(max_difference(found.values, expected.values), 1e-6);
  const auto scores = one->match(clip, texts, {}).value(), reference = match(*model_, clip, texts);
  for (std::size_t i = 0; i < texts.size(); ++i) EXPECT_NEAR(scores[i].logit, reference[i].logit, 1e-6);
  EXPECT_EQ(one->caption(std::span(&clip, 1), {}).value()[0].token_ids,
            caption(*model_, std::span(&clip, 1), {})[0].token_ids);
  const auto vqa = stream("vqa");
  const Clip other = clip_of(*vqa, picture());
  const std::string question = "what is on the table?";
  const auto answers = vqa->answer(std::span(&other, 1), question, {});
  EXPECT_EQ(answers.value().at(0).token_ids, answer(*model_, other, question).token_ids);
  const auto ranked = vqa->rank(other, question, texts, 2, {}),
             plain = Outcome(rank_answers(*model_, other, question, texts, 2));
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(ranked.value().at(i).index, plain.value().at(i).index);
    EXPECT_NEAR(ranked.value().at(i).loss, plain.value().at(i).loss, 1e-5);
  }
}

TEST_F(EngineStreamTest, OfNothingIsNothing) {
  const auto one = stream("pretrain");
  EXPECT_TRUE(one->encode({}).value().empty());
  EXPECT_EQ(one->embed_clips({}).value().rows, 0);
  EXPECT_EQ(one->embed_texts({}).value().rows, 0);
  EXPECT_TRUE(one->caption({}, {}).value().empty());
  EXPECT_TRUE(one->match(clip_of(*one, picture()), {}, {}).value().empty());
}

TEST_F(EngineStreamTest, TextsThatCannotBeReadAreNamed) {
  const auto one = stream("pretrain");
  const Clip clip = clip_of(*one, picture());
  const std::vector<std::string> second_is_bad{"a dog", "\xff\xfe"}, second_is_empty{"a dog", ""}, no_word{" .. "};
  const auto invalid = ErrorKind::kInvalidArgument;
  EXPECT_NE(error_of(one->embed_texts(second_is_bad), invalid).find("text 2 of 2 is not valid UTF-8"),
            std::string::npos);
  EXPECT_NE(error_of(one->match(clip, second_is_bad, {}), invalid).find("text 2 of 2"), std::string::npos);
  EXPECT_NE(error_of(one->embed_texts(second_is_empty), invalid).find("text 2 of 2 is empty"), std::string::npos);
  EXPECT_NE(error_of(one->match(clip, no_word, {}), invalid).find("no word"), std::string::npos);
  CaptionOptions bad_prompt;
  bad_prompt.prompt = "a picture \xc3\x28";
  EXPECT_NE(error_of(one->caption(std::span(&clip, 1), bad_prompt), invalid).find("prompt"), std::string::npos);
  const auto vqa = stream("vqa");
  const Clip other = clip_of(*vqa, picture());
  EXPECT_NE(error_of(vqa->answer(std::span(&other, 1), "", {}), invalid).find("question is empty"), std::string::npos);
  EXPECT_NE(error_of(vqa->answer(std::span(&other, 1), " \t", {}), invalid).find("no word"), std::string::npos);
  EXPECT_NE(error_of(vqa->rank(other, "what?", second_is_empty, 1, {}), invalid).find("answer 2 of 2"),
            std::string::npos);
  EXPECT_NE(error_of(vqa->rank(other, "what?", {}, 1, {}), invalid).find("at least one answer"), std::string::npos);
}

// Of a text without end the original reads the first words; the rest changes nothing.
TEST_F(EngineStreamTest, OverlongTextsAreCut) {
  const auto one = stream("pretrain");
  std::string words;
  for (int i = 0; i < 60; ++i) words += "a red circle ";
  const std::vector<std::string> texts{words, words + "and a blue square"};
  const Matrix rows = one->embed_texts(texts).value();
  const std::vector<float> first(rows.row(0).begin(), rows.row(0).end()),
      second(rows.row(1).begin(), rows.row(1).end());
  EXPECT_LE(max_difference(first, second), 1e-5);
}

TEST_F(EngineStreamTest, WhatACheckpointCannotDoIsSaidInOneLine) {
  const auto unsupported = ErrorKind::kUnsupported;
  const std::string dog = "a dog";
  const auto texts = std::span(&dog, 1);
  {
    const auto matcher = stream("itm");
    EXPECT_NE(error_of(matcher->caption({}, {}), unsupported)
                  .find("has no text decoder: use a captioning or pre-training checkpoint"),
              std::string::npos);
    EXPECT_NE(error_of(matcher->answer({}, "what?", {}), unsupported).find("use a VQA checkpoint"), std::string::npos);
  }
  const auto captioner = stream("caption");
  EXPECT_NE(error_of(captioner->embed_texts(texts), unsupported).find("ITC"), std::string::npos);
  EXPECT_NE(error_of(captioner->match({}, texts, {}), unsupported).find("ITM"), std::string::npos);
  EXPECT_NE(error_of(captioner->rank({}, "what?", texts, 1, {}), unsupported).find("VQA"), std::string::npos);
  EXPECT_NE(error_of(captioner->embed_clips({}), unsupported).find("caption.pth"), std::string::npos);
}

TEST_F(EngineStreamTest, AfterCancelCallsFailUntilResume) {
  const auto one = stream("pretrain");
  const Clip clip = clip_of(*one, picture());
  const ImageView view = picture();
  one->cancel();
  error_of(one->encode(std::span(&view, 1)), ErrorKind::kCancelled);
  error_of(one->caption(std::span(&clip, 1), {}), ErrorKind::kCancelled);
  error_of(one->embed_clips({}), ErrorKind::kCancelled);
  one->resume();
  EXPECT_TRUE(one->encode(std::span(&view, 1)).ok());
}

TEST_F(EngineStreamTest, ABadClipIsItsOwnError) {
  const auto one = stream("pretrain");
  const Clip clips[]{clip_of(*one, picture()), Clip{}};
  error_of(one->caption(clips, {}), ErrorKind::kFailed);
  EXPECT_TRUE(one->caption(std::span(clips, 1), {}).ok());
}

TEST_F(EngineStreamTest, OptionsOutOfRangeAreRefused) {
  EXPECT_THROW(stream("pretrain", {.batch_size = -1}), Error);
  EXPECT_THROW(stream("pretrain", {.batch_timeout = std::chrono::microseconds(-1)}), Error);
  const auto one = stream("pretrain");
  CaptionOptions beams;
  beams.generation.num_beams = 0;
  EXPECT_NE(error_of(one->caption({}, beams), ErrorKind::kInvalidArgument).find("num_beams"), std::string::npos);
}

// A second text on the same frame, and an overlapping window, find the frame's keys and values made.
TEST_F(EngineStreamTest, KeysAndValuesAreMadeOnceAFrame) {
  const auto one = stream("pretrain");
  ImageView other = picture();
  const std::vector<std::uint8_t> dark(600, 3);
  other.planes[0] = dark.data();
  const Clip first = clip_of(*one, picture()), second = clip_of(*one, other);
  const std::string dog = "a dog";
  EXPECT_EQ(first.frames[0]->derived_bytes(), 0u);
  ASSERT_TRUE(one->match(first, std::span(&dog, 1), {}).ok());
  const auto& text = model_->checkpoint.config.text;
  // Keys and values, each [tokens, width] floats, for every layer of the text encoder.
  const auto for_one_med = static_cast<std::uint64_t>(2 * text.depth * first.frames[0]->tokens() * text.width * 4);
  EXPECT_EQ(first.frames[0]->derived_bytes(), for_one_med);
  EXPECT_EQ(second.frames[0]->derived_bytes(), 0u);
  const Clip window{{first.frames[0], second.frames[0]}};
  ASSERT_TRUE(one->match(window, std::span(&dog, 1), {}).ok());
  EXPECT_EQ(first.frames[0]->derived_bytes(), for_one_med);
  EXPECT_EQ(second.frames[0]->derived_bytes(), for_one_med);
  ASSERT_TRUE(one->caption(std::span(&first, 1), {}).ok());
  EXPECT_EQ(first.frames[0]->derived_bytes(), 2 * for_one_med) << "the decoder has its own";
  EXPECT_EQ(cache_->bytes(), first.frames[0]->bytes() + second.frames[0]->bytes() + 3 * for_one_med);
}

TEST_F(EngineStreamTest, FeaturesOutliveTheBudget) {
  cache_->set_budget(0);
  const auto one = stream("pretrain");
  const Clip clip = clip_of(*one, picture());
  const std::string dog = "a dog";
  const auto before = one->match(clip, std::span(&dog, 1), {}).value();
  EXPECT_EQ(clip.frames[0]->derived_bytes(), 0u);
  EXPECT_EQ(one->match(clip, std::span(&dog, 1), {}).value()[0].logit, before[0].logit);
  EXPECT_EQ(cache_->bytes(), 0u);
}

}  // namespace
}  // namespace blip::test
