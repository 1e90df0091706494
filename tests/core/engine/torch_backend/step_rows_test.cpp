#include "core/engine/torch_backend/step_rows.h"

#include <gtest/gtest.h>

#include "tests/support/torch_fill.h"

namespace blip::test {
namespace {

constexpr int64_t kHeads = 2, kWidth = 3;

KeyValue states(int64_t rows, int64_t length, double phase) {
  return {waves({rows, kHeads, length, kWidth}, phase), waves({rows, kHeads, length, kWidth}, phase + 0.5)};
}

TEST(AttendBehind, ASharedPrefixIsAsGoodAsACopyForEachRow) {
  const auto queries = waves({4, kHeads, 1, kWidth}, 3);
  const KeyValue prefix = states(1, 5, 0), own = states(4, 2, 1);
  const KeyValue whole{torch::cat({prefix.key.expand({4, -1, -1, -1}), own.key}, 2),
                       torch::cat({prefix.value.expand({4, -1, -1, -1}), own.value}, 2)};
  const auto bias = waves({1, kHeads, 1, 7}, 2);
  for (const double scale : {0.0, 1.0}) {
    for (const auto& added : {torch::Tensor{}, bias}) {
      EXPECT_LE(max_difference(attend_behind(queries, prefix, own, added, scale),
                               attend(queries, whole, added, /*dropout=*/0, scale)),
                1e-6);
    }
  }
  EXPECT_LE(max_difference(attend_behind(queries, {}, own, {}, 0), attend(queries, own, {})), 1e-6);
}

class StepRowsTest : public testing::Test {
 protected:
  std::map<SequenceId, RowCache> caches_{{7, RowCache{.prefix = {states(1, 3, 0)}, .cross = {}, .place = 3}},
                                         {9, RowCache{.prefix = {}, .cross = {}, .place = 0}}};

  StepRows step(std::vector<RowStep> rows) { return {rows, caches_, torch::kCPU}; }
};

TEST_F(StepRowsTest, TokensAndPlacesFollowTheRows) {
  StepRows rows = step({{9, 0, 40}, {7, 0, 41}});
  EXPECT_TRUE(rows.tokens().equal(torch::tensor({{40}, {41}})));
  EXPECT_TRUE(rows.places().equal(torch::tensor({{0}, {3}})));
  EXPECT_EQ(rows.groups().size(), 2u);
  rows.advance();
  EXPECT_EQ(caches_.at(9).place, 1);
  EXPECT_EQ(caches_.at(7).place, 4);
}

TEST_F(StepRowsTest, RowsFollowTheirParents) {
  StepRows first = step({{7, 0, 1}, {7, 0, 2}});
  const KeyValue added = states(2, 1, 5);
  first.self_context(0, waves({2, kHeads, 1, kWidth}), added);
  first.advance();
  EXPECT_EQ(caches_.at(7).rows, 2);

  StepRows swapped = step({{7, 1, 3}, {7, 0, 4}, {7, 1, 5}});
  const KeyValue more = states(3, 1, 6);
  const auto queries = waves({3, kHeads, 1, kWidth}, 9);
  const auto context = swapped.self_context(0, queries, more);
  for (const auto& [row, parent] : {std::pair<int64_t, int64_t>{0, 1}, {1, 0}, {2, 1}}) {
    const auto join = [&](const torch::Tensor& prefix, const torch::Tensor& past, const torch::Tensor& now) {
      return torch::cat({prefix, past.narrow(0, parent, 1), now.narrow(0, row, 1)}, 2);
    };
    const KeyValue& prefix = caches_.at(7).prefix[0];
    const KeyValue seen{join(prefix.key, added.key, more.key), join(prefix.value, added.value, more.value)};
    EXPECT_LE(max_difference(context.narrow(0, row, 1), attend(queries.narrow(0, row, 1), seen, {})), 1e-6) << row;
  }
}

TEST_F(StepRowsTest, CrossAttentionIsEachSequencesOwn) {
  caches_.at(7).cross = {states(1, 4, 1)};
  caches_.at(9).cross = {states(1, 6, 2)};
  StepRows rows = step({{7, 0, 1}, {7, 0, 2}, {9, 0, 3}});
  const auto queries = waves({3, kHeads, 1, kWidth});
  const auto context = rows.cross_context(0, queries);
  EXPECT_LE(max_difference(context.narrow(0, 1, 1), attend(queries.narrow(0, 1, 1), caches_.at(7).cross[0], {})), 1e-6);
  EXPECT_LE(max_difference(context.narrow(0, 2, 1), attend(queries.narrow(0, 2, 1), caches_.at(9).cross[0], {})), 1e-6);
}

TEST_F(StepRowsTest, UnknownSequencesAndParentsAreRefused) {
  EXPECT_THROW(step({{8, 0, 1}}), c10::Error);
  EXPECT_THROW(step({{7, 1, 1}}), c10::Error);
  EXPECT_THROW(step({{7, -1, 1}}), c10::Error);
}

}  // namespace
}  // namespace blip::test
