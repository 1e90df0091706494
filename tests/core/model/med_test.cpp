#include "core/model/med.h"

#include <gtest/gtest.h>

#include "tests/support/torch_fill.h"

namespace blip::test {
namespace {

MedConfig small(bool twin = false) {
  MedConfig config;
  config.text = {.vocab_size = 11, .width = 8, .depth = 2, .heads = 2, .ffn_width = 16, .max_positions = 9};
  config.cross_width = 6;
  config.twin = twin;
  return config;
}

class MedTest : public testing::Test {
 protected:
  MedTest() { fill(*med_); }
  torch::Tensor keep(const torch::Tensor& ids) { return torch::ones_like(ids, torch::kBool); }

  torch::NoGradGuard no_grad_;
  Med med_{small()};
  const torch::Tensor ids_ = torch::tensor({{1, 5, 7, 2}});
};

TEST_F(MedTest, PaddingChangesNothing) {
  const auto padded = torch::tensor({{1, 5, 7, 2, 0, 0}});
  const auto mask = torch::tensor({{true, true, true, true, false, false}});
  const auto alone = med_->encode(ids_, keep(ids_), nullptr);
  EXPECT_LE(max_difference(med_->encode(padded, mask, nullptr).narrow(1, 0, 4), alone), 1e-5);
}

TEST_F(MedTest, TheEncoderLooksBothWaysTheDecoderBack) {
  const auto changed = torch::tensor({{1, 5, 7, 9}});
  const CrossStates cross = med_->cross_states(waves({1, 3, 6}));
  EXPECT_GT(max_difference(med_->encode(ids_, keep(ids_), &cross).select(1, 0),
                           med_->encode(changed, keep(ids_), &cross).select(1, 0)),
            1e-3);
  EXPECT_LE(max_difference(med_->decode(ids_, cross).narrow(1, 0, 3), med_->decode(changed, cross).narrow(1, 0, 3)),
            1e-6);
}

TEST_F(MedTest, TheImageMattersOnlyWhereItIsGiven) {
  const CrossStates one = med_->cross_states(waves({1, 3, 6})), other = med_->cross_states(waves({1, 3, 6}, 2));
  EXPECT_GT(max_difference(med_->encode(ids_, keep(ids_), &one), med_->encode(ids_, keep(ids_), &other)), 1e-3);
  EXPECT_GT(max_difference(med_->encode(ids_, keep(ids_), &one), med_->encode(ids_, keep(ids_), nullptr)), 1e-3);
}

TEST_F(MedTest, AClipsStatesAreItsFramesStatesConcatenated) {
  const auto first = waves({1, 3, 6}), second = waves({1, 3, 6}, 1);
  const CrossStates together = med_->cross_states(torch::cat({first, second}, 1));
  const CrossStates joined = concatenate({med_->cross_states(first), med_->cross_states(second)});
  ASSERT_EQ(joined.size(), together.size());
  for (size_t i = 0; i < joined.size(); ++i) {
    EXPECT_LE(max_difference(joined[i].key, together[i].key), 1e-6);
    EXPECT_LE(max_difference(joined[i].value, together[i].value), 1e-6);
  }
}

TEST_F(MedTest, EmbeddingsFollowTheirOffset) {
  const auto whole = med_->embed(ids_);
  EXPECT_LE(max_difference(med_->embed(ids_.narrow(1, 2, 2), /*offset=*/2), whole.narrow(1, 2, 2)), 1e-6);
  EXPECT_THROW(med_->embed(torch::zeros({1, 10}, torch::kInt64)), c10::Error);
}

TEST(MedTwin, BothImagesAreRead) {
  const torch::NoGradGuard no_grad;
  Med med(small(/*twin=*/true));
  fill(*med);
  const auto ids = torch::tensor({{1, 5, 2}});
  const auto keep = torch::ones_like(ids, torch::kBool);
  const auto a = waves({1, 3, 6}), b = waves({1, 3, 6}, 1), c = waves({1, 3, 6}, 2);
  const auto pair = med->encode_pair(ids, keep, a, b);
  EXPECT_GT(max_difference(pair, med->encode_pair(ids, keep, a, c)), 1e-4);
  EXPECT_GT(max_difference(pair, med->encode_pair(ids, keep, c, b)), 1e-4);
}

}  // namespace
}  // namespace blip::test
