#include "core/model/blip2/opt.h"

#include <gtest/gtest.h>

#include "tests/support/torch_fill.h"

namespace blip::test {
namespace {

class OptTest : public testing::Test {
 protected:
  OptTest() { fill(*opt_); }
  static LanguageModelConfig small() {
    return {.vocab_size = 13, .width = 8, .depth = 2, .heads = 2, .ffn_width = 12, .max_positions = 10};
  }
  static torch::Tensor all(int64_t length) { return torch::ones({1, length}, torch::kBool); }

  torch::NoGradGuard no_grad_;
  Opt opt_{small()};
  const torch::Tensor inputs_ = waves({1, 5, 8});
};

TEST_F(OptTest, NamesAreHuggingFaces) {
  const auto names = opt_->named_parameters();
  for (const char* name :
       {"model.decoder.embed_tokens.weight", "model.decoder.embed_positions.weight",
        "model.decoder.final_layer_norm.bias", "model.decoder.layers.1.self_attn.q_proj.weight",
        "model.decoder.layers.0.self_attn.out_proj.bias", "model.decoder.layers.0.self_attn_layer_norm.weight",
        "model.decoder.layers.0.fc1.weight", "model.decoder.layers.1.final_layer_norm.weight"}) {
    EXPECT_TRUE(names.contains(name)) << name;
  }
  EXPECT_FALSE(names.contains("lm_head.weight"));
  LanguageModelConfig untied = small();
  untied.tied_head = false;
  const Opt own_head(untied);
  EXPECT_TRUE(own_head->named_parameters().contains("lm_head.weight"));
  EXPECT_FALSE(own_head->named_parameters().contains("lm_head.bias"));
}

TEST_F(OptTest, LooksBackAlone) {
  auto changed = inputs_.clone();
  changed.select(1, 4).add_(waves({1, 8}, 2));
  const auto a = opt_(inputs_, all(5)), b = opt_(changed, all(5));
  EXPECT_LE(max_difference(a.narrow(1, 0, 4), b.narrow(1, 0, 4)), 1e-6);
  EXPECT_GT(max_difference(a.select(1, 4), b.select(1, 4)), 1e-3);
}

// Padding on the left or in the middle takes no position, as the running sum of the mask has it.
TEST_F(OptTest, PaddingOnEitherSideChangesNothing) {
  const auto alone = opt_(inputs_, all(5));
  const auto right = opt_(torch::cat({inputs_, waves({1, 2, 8}, 5)}, 1),
                          torch::tensor({{true, true, true, true, true, false, false}}));
  EXPECT_LE(max_difference(right.narrow(1, 0, 5), alone), 1e-5);
  const auto left = opt_(torch::cat({waves({1, 2, 8}, 5), inputs_}, 1),
                         torch::tensor({{false, false, true, true, true, true, true}}));
  EXPECT_LE(max_difference(left.narrow(1, 2, 5), alone), 1e-5);
  const auto middle = opt_(torch::cat({inputs_.narrow(1, 0, 2), waves({1, 2, 8}, 5), inputs_.narrow(1, 2, 3)}, 1),
                           torch::tensor({{true, true, false, false, true, true, true}}));
  EXPECT_LE(max_difference(middle.narrow(1, 4, 3), alone.narrow(1, 2, 3)), 1e-5);
}

TEST_F(OptTest, ACacheIsWorthWhatItHolds) {
  const auto whole = opt_(inputs_, all(5));
  OptCache cache;
  const auto first = opt_(inputs_.narrow(1, 0, 3), all(3), &cache);
  const auto rest = opt_(inputs_.narrow(1, 3, 2), all(2), &cache);
  EXPECT_LE(max_difference(torch::cat({first, rest}, 1), whole), 1e-5);
  EXPECT_EQ(cache.layers.at(0).key.size(2), 5);
  EXPECT_EQ(cache.keep.size(1), 5);
}

TEST_F(OptTest, PositionsMatter) {
  const auto two = inputs_.narrow(1, 0, 1).expand({1, 2, 8});
  const auto states = opt_(two, all(2));
  EXPECT_GT(max_difference(states.select(1, 0), states.select(1, 1)), 1e-3);
  EXPECT_THROW(opt_(waves({1, 11, 8}), all(11)), c10::Error);
}

// A frozen model passes gradients on to its inputs: so a Q-Former learns through it.
TEST_F(OptTest, GradientsReachTheInputsOfAFrozenModel) {
  const torch::AutoGradMode with_grad(true);
  for (auto& parameter : opt_->parameters()) parameter.set_requires_grad(false);
  const auto inputs = inputs_.clone().requires_grad_();
  opt_->logits(opt_(inputs, all(5))).select(1, 4).sum().backward();
  EXPECT_GT(inputs.grad().select(1, 0).abs().max().item<double>(), 0);
  for (auto& parameter : opt_->parameters()) EXPECT_FALSE(parameter.grad().defined());
}

TEST_F(OptTest, ATiedHeadIsTheEmbeddings) {
  const auto states = waves({1, 8});
  EXPECT_LE(max_difference(opt_->logits(states), states.matmul(opt_->tokens->weight.t())), 1e-6);
}

}  // namespace
}  // namespace blip::test
