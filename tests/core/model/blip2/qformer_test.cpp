#include "core/model/blip2/qformer.h"

#include <gtest/gtest.h>

#include "tests/support/torch_fill.h"

namespace blip::test {
namespace {

class QFormerTest : public testing::Test {
 protected:
  QFormerTest() { fill(*qformer_); }
  static QFormerConfig small() {
    return {.queries = 3,
            .width = 8,
            .depth = 3,
            .heads = 2,
            .ffn_width = 12,
            .cross_width = 6,
            .vocab_size = 11,
            .max_positions = 9,
            .lm_head = true};
  }
  static torch::Tensor all(const torch::Tensor& ids) { return torch::ones_like(ids, torch::kBool); }

  torch::NoGradGuard no_grad_;
  QFormer qformer_{small()};
  const torch::Tensor queries_ = waves({1, 3, 8}), picture_ = waves({1, 5, 6}, 1), ids_ = torch::tensor({{2, 5, 7, 3}});
};

TEST_F(QFormerTest, NamesAreTheCheckpoints) {
  const auto names = qformer_->named_parameters();
  for (const char* name :
       {"bert.embeddings.LayerNorm.weight", "bert.embeddings.word_embeddings.weight",
        "bert.embeddings.position_embeddings.weight", "bert.encoder.layer.0.attention.self.query.weight",
        "bert.encoder.layer.0.attention.output.LayerNorm.bias", "bert.encoder.layer.2.crossattention.self.key.weight",
        "bert.encoder.layer.0.intermediate_query.dense.weight", "bert.encoder.layer.1.output_query.LayerNorm.weight",
        "bert.encoder.layer.1.intermediate.dense.bias", "bert.encoder.layer.1.output.dense.weight",
        "cls.predictions.transform.dense.weight", "cls.predictions.decoder.bias"}) {
    EXPECT_TRUE(names.contains(name)) << name;
  }
  EXPECT_FALSE(names.contains("bert.encoder.layer.1.crossattention.self.key.weight"));
}

TEST_F(QFormerTest, PicturesOfABatchDoNotSeeEachOther) {
  const auto pictures = torch::cat({picture_, waves({1, 5, 6}, 2)}, 0);
  const auto together = qformer_->encode_queries(queries_, pictures).states;
  EXPECT_LE(max_difference(together.narrow(0, 0, 1), qformer_->encode_queries(queries_, picture_).states), 1e-6);
  EXPECT_GT(max_difference(together[0], together[1]), 1e-3);
}

TEST_F(QFormerTest, PaddingChangesNothing) {
  const auto padded = torch::tensor({{2, 5, 7, 3, 0, 0}});
  const auto keep = torch::tensor({{true, true, true, true, false, false}});
  EXPECT_LE(max_difference(qformer_->encode_text(padded, keep).narrow(1, 0, 4), qformer_->encode_text(ids_, all(ids_))),
            1e-5);
  EXPECT_LE(max_difference(qformer_->encode_pair(queries_, padded, keep, picture_).narrow(1, 0, 7),
                           qformer_->encode_pair(queries_, ids_, all(ids_), picture_)),
            1e-5);
  const auto seen = qformer_->encode_queries(queries_, picture_).key_values;
  EXPECT_LE(max_difference(qformer_->decode_text(padded, keep, seen).narrow(1, 0, 4),
                           qformer_->decode_text(ids_, all(ids_), seen)),
            1e-4);
}

// The three masks: alone, all see all, text looks back.
TEST_F(QFormerTest, InAPairQueriesSeeTheText) {
  const auto other = torch::tensor({{2, 5, 7, 9}});
  const auto a = qformer_->encode_pair(queries_, ids_, all(ids_), picture_),
             b = qformer_->encode_pair(queries_, other, all(other), picture_);
  EXPECT_GT(max_difference(a.narrow(1, 0, 3), b.narrow(1, 0, 3)), 1e-4);
}

TEST_F(QFormerTest, ACaptionSeesQueriesAndEarlierText) {
  const auto other = torch::tensor({{2, 5, 7, 9}});
  const auto seen = qformer_->encode_queries(queries_, picture_).key_values;
  const auto a = qformer_->decode_text(ids_, all(ids_), seen), b = qformer_->decode_text(other, all(other), seen);
  EXPECT_LE(max_difference(a.narrow(1, 0, 3), b.narrow(1, 0, 3)), 1e-6);
  EXPECT_GT(max_difference(a.select(1, 3), b.select(1, 3)), 1e-3);
  const auto elsewhere = qformer_->encode_queries(queries_, waves({1, 5, 6}, 3)).key_values;
  EXPECT_GT(max_difference(qformer_->decode_text(ids_, all(ids_), elsewhere).select(1, 0), a.select(1, 0)), 2e-5);
}

// arXiv 2301.12597: the queries' pass and the text's behind it are one pass with the mask of UniLM.
TEST_F(QFormerTest, ReadingTextInPartsIsReadingItWhole) {
  const auto seen = qformer_->encode_queries(queries_, picture_).key_values;
  const TextStates whole = qformer_->read_text(ids_, all(ids_), seen);
  const auto first = ids_.narrow(1, 0, 1);
  EXPECT_LE(max_difference(qformer_->read_text(first, all(first), seen).states, whole.states.narrow(1, 0, 1)), 1e-6);
  ASSERT_EQ(whole.key_values.size(), qformer_->layers.size());
  EXPECT_EQ(whole.key_values[0].key.size(2), 3 + 4);
}

TEST_F(QFormerTest, OnePictureServesAllTexts) {
  const auto texts = torch::tensor({{2, 5, 7, 3}, {2, 9, 4, 3}});
  const auto together = qformer_->encode_pair(queries_, texts, all(texts), picture_);
  for (int64_t t = 0; t < 2; ++t) {
    const auto own = texts.narrow(0, t, 1);
    EXPECT_LE(max_difference(together.narrow(0, t, 1), qformer_->encode_pair(queries_, own, all(own), picture_)), 1e-5);
  }
}

TEST_F(QFormerTest, ATiedHeadIsTheWordEmbeddings) {
  qformer_->tie_head();
  const auto names = qformer_->named_parameters();
  EXPECT_TRUE(names["cls.predictions.decoder.weight"].is_same(names["bert.embeddings.word_embeddings.weight"]));
}

TEST_F(QFormerTest, DropoutActsInTrainingAlone) {
  qformer_->set_dropout(0.5);
  qformer_->eval();
  const auto a = qformer_->encode_queries(queries_, picture_).states;
  EXPECT_EQ(max_difference(a, qformer_->encode_queries(queries_, picture_).states), 0);
  qformer_->train();
  EXPECT_GT(max_difference(a, qformer_->encode_queries(queries_, picture_).states), 1e-3);
}

TEST_F(QFormerTest, WithoutTextItWritesAndReadsNone) {
  QFormerConfig config = small();
  config.vocab_size = 0;
  config.lm_head = false;
  QFormer alone(config);
  fill(*alone);
  EXPECT_EQ(alone->encode_queries(queries_, picture_).states.sizes(), (std::vector<int64_t>{1, 3, 8}));
  EXPECT_THROW(alone->encode_text(ids_, all(ids_)), c10::Error);
  EXPECT_THROW(alone->logits(queries_), c10::Error);
  EXPECT_THROW(alone->tie_head(), c10::Error);
}

}  // namespace
}  // namespace blip::test
