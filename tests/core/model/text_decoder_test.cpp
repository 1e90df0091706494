#include "core/model/text_decoder.h"

#include <gtest/gtest.h>

#include "tests/support/torch_fill.h"

namespace blip::test {
namespace {

TEST(TextDecoder, GivesLogitsOfTheVocabularyForEveryToken) {
  const torch::NoGradGuard no_grad;
  MedConfig config;
  config.text = {.vocab_size = 11, .width = 8, .depth = 2, .heads = 2, .ffn_width = 16, .max_positions = 9};
  config.cross_width = 6;
  TextDecoder decoder(config);
  fill(*decoder);
  const CrossStates cross = decoder->bert->cross_states(waves({1, 4, 6}));
  const auto ids = torch::tensor({{1, 5, 7}, {1, 5, 9}});
  const auto logits = decoder(ids, cross);  // the one image serves both texts
  EXPECT_EQ(logits.sizes(), (std::vector<int64_t>{2, 3, 11}));
  EXPECT_LE(max_difference(logits[0].narrow(0, 0, 2), logits[1].narrow(0, 0, 2)), 1e-6);
  EXPECT_LE(max_difference(decoder(ids.narrow(0, 1, 1), cross)[0], logits[1]), 1e-5);
}

}  // namespace
}  // namespace blip::test
