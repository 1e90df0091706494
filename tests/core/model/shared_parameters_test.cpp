#include "core/model/shared_parameters.h"

#include "core/model/blip.h"
#include "gtest/gtest.h"

namespace blip {
namespace {

ModelConfig tiny(std::int64_t decoder_cross_width) {
  ModelConfig config;
  config.vision = {.width = 8, .depth = 1, .heads = 2, .mlp_width = 16, .image_size = 8, .patch_size = 4};
  config.text = {.vocab_size = 11, .width = 6, .depth = 2, .heads = 2, .ffn_width = 10, .max_positions = 7};
  config.embed_width = 4;
  config.encoder_cross_width = 8;
  config.decoder_cross_width = decoder_cross_width;
  return config;
}

TEST(SharedParameters, EncoderAndDecoderHoldTheSameTensorsButForSelfAttention) {
  Blip model(tiny(8), Layout::kPretrain);
  share_all_but_self_attention(model->text_encoder, model->text_decoder);
  const auto encoder = model->text_encoder->named_parameters();
  int shared = 0, own = 0;
  for (const auto& parameter : model->text_decoder->bert->named_parameters()) {
    const bool same = parameter.value().is_same(encoder[parameter.key()]);
    const bool self_attention = parameter.key().find(".attention.") != std::string::npos;
    EXPECT_NE(same, self_attention) << parameter.key();
    ++(same ? shared : own);
  }
  // Two layers: self-attention has 10 tensors each, cross-attention 10 and the feed-forward 6; the embeddings are 4.
  EXPECT_EQ(own, 2 * 10);
  EXPECT_EQ(shared, 2 * 16 + 4);
  const auto decoder = model->text_decoder->named_parameters();
  EXPECT_TRUE(decoder["cls.predictions.decoder.weight"].is_same(encoder["embeddings.word_embeddings.weight"]));
}

TEST(SharedParameters, BothRolesAddToOneGradient) {
  Blip model(tiny(8), Layout::kPretrain);
  share_all_but_self_attention(model->text_encoder, model->text_decoder);
  torch::manual_seed(1);
  {
    const torch::NoGradGuard no_grad;
    for (auto& parameter : model->parameters()) parameter.normal_(0, 0.3);
  }
  const auto ids = torch::tensor({{2, 3, 4}}, torch::kInt64), keep = torch::ones({1, 3}, torch::kBool);
  const auto words = model->text_encoder->word_embeddings->weight;
  const auto encode = [&] { return model->text_encoder->encode(ids, keep, nullptr).pow(2).sum(); };
  const auto source = torch::randn({1, 5, 8});
  const auto decode = [&] {
    return model->text_decoder(ids, model->text_decoder->bert->cross_states(source)).pow(2).sum();
  };
  encode().backward();
  const auto of_encoder = words.grad().clone();
  words.mutable_grad().zero_();
  decode().backward();
  const auto of_decoder = words.grad().clone();
  words.mutable_grad().zero_();
  (encode() + decode()).backward();
  EXPECT_TRUE(torch::allclose(words.grad(), of_encoder + of_decoder, 1e-4, 1e-4));
}

TEST(SharedParameters, RefuseADecoderThatReadsSomethingElse) {
  Blip model(tiny(6), Layout::kPretrain);
  EXPECT_THROW(share_all_but_self_attention(model->text_encoder, model->text_decoder), c10::Error);
}

}  // namespace
}  // namespace blip
