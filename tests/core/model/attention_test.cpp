#include "core/model/attention.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/torch_fill.h"

namespace blip::test {
namespace {

TEST(Attention, HeadsSplitAndMergeBack) {
  const auto x = waves({2, 3, 8});
  const auto heads = split_heads(x, 4);
  EXPECT_EQ(heads.sizes(), (std::vector<int64_t>{2, 4, 3, 2}));
  EXPECT_TRUE(torch::equal(merge_heads(heads), x));
}

TEST(Attention, EqualScoresAverageTheValues) {
  const KeyValue kv{torch::zeros({1, 1, 3, 2}), torch::tensor({{{{1.f, 0.f}, {2.f, 3.f}, {6.f, 3.f}}}})};
  const auto out = attend(waves({1, 1, 1, 2}), kv, {});
  EXPECT_LE(max_difference(out, torch::tensor({{{{3.f, 2.f}}}})), 1e-6);
}

TEST(Attention, ScoresAreScaledByTheRootOfTheHeadWidth) {
  // One query (2, 0, 0, 0) on keys (1, ...) and (0, ...): scores 2/2 and 0, values 1 and 0: out = e / (e + 1).
  const KeyValue kv{torch::tensor({{{{1.f, 0.f, 0.f, 0.f}, {0.f, 0.f, 0.f, 0.f}}}}), torch::tensor({{{{1.f}, {0.f}}}})};
  const auto out = attend(torch::tensor({{{{2.f, 0.f, 0.f, 0.f}}}}), kv, {});
  EXPECT_NEAR(out.item<double>(), std::exp(1) / (std::exp(1) + 1), 1e-6);
}

TEST(Attention, MaskedKeysCountForNothing) {
  const KeyValue both{waves({1, 2, 4, 3}), waves({1, 2, 4, 3}, 1)};
  const KeyValue front{both.key.narrow(2, 0, 2), both.value.narrow(2, 0, 2)};
  const auto query = waves({1, 2, 5, 3}, 2);
  const auto bias = mask_bias(torch::tensor({true, true, false, false}), torch::kFloat32);
  EXPECT_LE(max_difference(attend(query, both, bias), attend(query, front, {})), 1e-6);
}

TEST(Attention, KeysOfBatchOneServeEveryQuery) {
  const KeyValue kv{waves({1, 2, 4, 3}), waves({1, 2, 4, 3}, 1)};
  const auto queries = waves({3, 2, 1, 3}, 2);
  const auto out = attend(queries, kv, {});
  for (int64_t b = 0; b < 3; ++b)
    EXPECT_LE(max_difference(out.narrow(0, b, 1), attend(queries.narrow(0, b, 1), kv, {})), 1e-6);
}

TEST(Attention, KeysServeTheQueriesOfTheirGroup) {
  const KeyValue kv{waves({2, 2, 4, 3}), waves({2, 2, 4, 5}, 1)};
  const auto queries = waves({6, 2, 7, 3}, 2);
  const auto out = attend(queries, kv, {});
  ASSERT_EQ(out.sizes(), (std::vector<int64_t>{6, 2, 7, 5}));
  for (int64_t b = 0; b < 6; ++b) {
    const KeyValue own{kv.key.narrow(0, b / 3, 1), kv.value.narrow(0, b / 3, 1)};
    EXPECT_LE(max_difference(out.narrow(0, b, 1), attend(queries.narrow(0, b, 1), own, {})), 1e-6);
  }
  EXPECT_THROW(attend(waves({5, 2, 7, 3}), kv, {}), c10::Error);
}

TEST(Attention, TheCausalMaskLooksBackOnly) {
  EXPECT_TRUE(torch::equal(causal_mask(3, torch::kCPU),
                           torch::tensor({{true, false, false}, {true, true, false}, {true, true, true}})));
}

}  // namespace
}  // namespace blip::test
