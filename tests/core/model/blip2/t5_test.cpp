#include "core/model/blip2/t5.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/torch_fill.h"

namespace blip::test {
namespace {

class T5Test : public testing::Test {
 protected:
  T5Test() { fill(*t5_); }
  static LanguageModelConfig small() {
    return {.kind = LanguageModelKind::kT5,
            .vocab_size = 11,
            .width = 6,
            .depth = 2,
            .decoder_depth = 2,
            .heads = 2,
            .head_width = 5,
            .ffn_width = 9,
            .activation = Activation::kGelu,
            .gated = true,
            .position_buckets = 8,
            .max_distance = 16,
            .tied_head = true,
            .layer_norm_eps = 1e-6};
  }

  torch::NoGradGuard no_grad_;
  T5 t5_{small()};
  const torch::Tensor inputs_ = waves({1, 4, 6}), ids_ = torch::tensor({{0, 5, 7}});
};

TEST_F(T5Test, NamesAreHuggingFaces) {
  const auto names = t5_->named_parameters();
  for (const char* name :
       {"shared.weight", "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight",
        "encoder.block.1.layer.1.DenseReluDense.wi_1.weight", "encoder.final_layer_norm.weight",
        "decoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight",
        "decoder.block.1.layer.1.EncDecAttention.o.weight", "decoder.block.0.layer.2.layer_norm.weight"}) {
    EXPECT_TRUE(names.contains(name)) << name;
  }
  EXPECT_FALSE(names.contains("encoder.block.1.layer.0.SelfAttention.relative_attention_bias.weight"));
  EXPECT_FALSE(names.contains("lm_head.weight"));
}

TEST_F(T5Test, PaddingOfTheEncoderChangesNothing) {
  const auto alone = t5_->encode(inputs_, {});
  const auto keep = torch::tensor({{true, true, true, true, false, false}});
  const auto padded = t5_->encode(torch::cat({inputs_, waves({1, 2, 6}, 4)}, 1), keep);
  EXPECT_LE(max_difference(padded.narrow(1, 0, 4), alone), 1e-5);
  EXPECT_LE(max_difference(t5_->decode(ids_, {}, t5_->cross_states(padded), keep),
                           t5_->decode(ids_, {}, t5_->cross_states(alone))),
            1e-4);
}

TEST_F(T5Test, TheDecoderLooksBackAloneTheEncoderBothWays) {
  const auto cross = t5_->cross_states(t5_->encode(inputs_, {}));
  const auto other = torch::tensor({{0, 5, 9}});
  EXPECT_LE(max_difference(t5_->decode(ids_, {}, cross).narrow(1, 0, 2), t5_->decode(other, {}, cross).narrow(1, 0, 2)),
            1e-6);
  auto changed = inputs_.clone();
  changed.select(1, 3).add_(waves({1, 6}, 2));
  EXPECT_GT(max_difference(t5_->encode(changed, {}).select(1, 0), t5_->encode(inputs_, {}).select(1, 0)), 1e-4);
}

TEST_F(T5Test, OneSourceServesAllTexts) {
  const auto cross = t5_->cross_states(t5_->encode(inputs_, {}));
  const auto texts = torch::tensor({{0, 5, 7}, {0, 3, 9}});
  EXPECT_LE(max_difference(t5_->decode(texts, {}, cross).narrow(0, 0, 1), t5_->decode(ids_, {}, cross)), 1e-5);
}

TEST_F(T5Test, ATiedHeadIsScaled) {
  const auto states = waves({1, 6});
  EXPECT_LE(max_difference(t5_->logits(states),
                           (states / std::sqrt(6.0)).matmul(t5_->named_parameters()["shared.weight"].t())),
            1e-6);
}

TEST_F(T5Test, AHeadOfItsOwnIsNotScaled) {
  LanguageModelConfig config = small();
  config.tied_head = false;
  T5 own(config);
  fill(*own);
  const auto states = waves({1, 6});
  EXPECT_LE(max_difference(own->logits(states), states.matmul(own->named_parameters()["lm_head.weight"].t())), 1e-6);
}

TEST_F(T5Test, GradientsReachTheInputsOfAFrozenModel) {
  const torch::AutoGradMode with_grad(true);
  for (auto& parameter : t5_->parameters()) parameter.set_requires_grad(false);
  const auto inputs = inputs_.clone().requires_grad_();
  const auto cross = t5_->cross_states(t5_->encode(inputs, {}));
  t5_->logits(t5_->decode(ids_, {}, cross)).sum().backward();
  EXPECT_GT(inputs.grad().abs().max().item<double>(), 0);
}

TEST_F(T5Test, DropoutActsInTrainingAlone) {
  t5_->set_dropout(0.5);
  t5_->eval();
  EXPECT_EQ(max_difference(t5_->encode(inputs_, {}), t5_->encode(inputs_, {})), 0);
  t5_->train();
  EXPECT_GT(max_difference(t5_->encode(inputs_, {}), t5_->encode(inputs_, {})), 1e-3);
}

}  // namespace
}  // namespace blip::test
