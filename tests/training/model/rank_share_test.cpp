#include "training/model/rank_share.h"

#include "gtest/gtest.h"
#include "training/distributed/single_process.h"
#include "training/losses/lm_loss.h"

namespace blip {
namespace {

// The first of two ranks; the other predicts `others` tokens.
class TwoRanks final : public Communicator {
 public:
  explicit TwoRanks(int others) : others_(others) {}
  int rank() const noexcept override { return 0; }
  int size() const noexcept override { return 2; }
  void average_(torch::Tensor&) override {}
  void sum_(torch::Tensor& tensor) override { tensor += others_; }
  void broadcast_(torch::Tensor&) override {}
  torch::Tensor gather(const torch::Tensor& tensor) override { return tensor; }
  torch::Tensor gather_with_grad(const torch::Tensor& tensor) override { return tensor; }
  void barrier() override {}

 private:
  int others_;
};

// The first place of each text predicts nothing before it; three tokens are predicted.
const torch::Tensor kLabels = torch::tensor({{9, 4, 5, 3}, {9, -100, -100, -100}}, torch::kInt64);

TEST(RankShare, WeighsByTokens) {
  TwoRanks ranks(/*others=*/6);
  EXPECT_DOUBLE_EQ(token_share(kLabels, &ranks), 3.0 * 2 / 9);
  TwoRanks equal(/*others=*/3);
  EXPECT_DOUBLE_EQ(token_share(kLabels, &equal), 1);
}

TEST(RankShare, AloneIsOne) {
  EXPECT_EQ(token_share(kLabels, nullptr), 1);
  SingleProcess single;
  EXPECT_EQ(token_share(kLabels, &single), 1);
}

TEST(RankShare, NothingToPredictIsNoDivisionByZero) {
  TwoRanks ranks(/*others=*/0);
  EXPECT_EQ(token_share(torch::full({1, 3}, kIgnoredLabel), &ranks), 1);
}

}  // namespace
}  // namespace blip
