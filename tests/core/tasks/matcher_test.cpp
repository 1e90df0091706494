#include "core/tasks/matcher.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/error.h"
#include "core/tasks/text_input.h"
#include "tests/support/golden_model.h"

namespace blip::test {
namespace {

class MatcherTest : public testing::Test {
 protected:
  const std::shared_ptr<LoadedModel> model_ = load_model(golden_dir() / "pth" / "retrieval.pth");
  const std::vector<Clip> clips_ = encode_clips(
      *model_->backend, Pixels(SafetensorsFile(golden_dir() / "pth" / "images.safetensors"), "pixel_values"));
};

TEST_F(MatcherTest, TextsOfAnyLengthAreScoredInOrder) {
  const std::vector<std::string> texts{"a red car on the beach", "a dog", "a cat and a dog", "a car"};
  const auto together = match(*model_, clips_[0], texts);
  ASSERT_EQ(together.size(), texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    EXPECT_NEAR(match(*model_, clips_[0], std::span(&texts[i], 1))[0].probability, together[i].probability,
                kScoreTolerance);
  }
}

TEST_F(MatcherTest, ProbabilityIsTheSoftmaxOfTheLogits) {
  const std::string text = "a dog";
  auto ids = with_first(model_->tokenizer->encode(text), FirstToken::kEncode, model_->tokenizer->vocabulary().special());
  const ClipText pair{&clips_[0], ids};
  const Matrix logits = model_->backend->match(std::span(&pair, 1));
  const MatchScore score = match(*model_, clips_[0], std::span(&text, 1))[0];
  const double own = std::exp(logits.row(0)[1]), other = std::exp(logits.row(0)[0]);
  EXPECT_NEAR(score.probability, own / (own + other), 1e-6);
  EXPECT_EQ(score.logit, logits.row(0)[1]);
}

TEST_F(MatcherTest, NoTextsAreNoScores) {
  EXPECT_TRUE(match(*model_, clips_[0], {}).empty());
}

TEST_F(MatcherTest, ACaptionerCannotMatch) {
  const auto captioner = load_model(golden_dir() / "pth" / "caption.pth");
  const std::string text = "a dog";
  EXPECT_THROW(match(*captioner, clips_[0], std::span(&text, 1)), Error);
}

}  // namespace
}  // namespace blip::test
