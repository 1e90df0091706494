#include "core/tasks/answerer.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/support/golden_model.h"

namespace blip::test {
namespace {

class AnswererTest : public testing::Test {
 protected:
  const std::shared_ptr<LoadedModel> model_ = load_model(golden_dir() / "pth" / "vqa.pth");
  const std::vector<Clip> clips_ = encode_clips(
      *model_->backend, Pixels(SafetensorsFile(golden_dir() / "pth" / "images.safetensors"), "pixel_values"));
  const std::vector<std::string> answers_{"yes", "no", "two dogs", "a red boat"};
};

TEST_F(AnswererTest, RankingOrdersByLossAndKeepsK) {
  const auto ranked = rank_answers(*model_, clips_[0], "what is on the table?", answers_, 3);
  ASSERT_EQ(ranked.size(), 3u);
  for (std::size_t i = 1; i < ranked.size(); ++i) EXPECT_LE(ranked[i - 1].loss, ranked[i].loss);
  EXPECT_EQ(rank_answers(*model_, clips_[0], "what is on the table?", answers_, 99).size(), answers_.size());
}

TEST_F(AnswererTest, QuestionsAreCleanedAsTrained) {
  EXPECT_EQ(answer(*model_, clips_[0], "WHAT is on the table?").token_ids,
            answer(*model_, clips_[0], "what is on the table?  ").token_ids);
}

TEST_F(AnswererTest, BadCallsAreRefused) {
  EXPECT_THROW(rank_answers(*model_, clips_[0], "what?", {}, 1), Error);
  EXPECT_THROW(rank_answers(*model_, clips_[0], "what?", answers_, 0), Error);
  const auto captioner = load_model(golden_dir() / "pth" / "caption.pth");
  EXPECT_THROW(answer(*captioner, clips_[0], "what?"), Error);
}

}  // namespace
}  // namespace blip::test
