#include "core/kernels/cached_attention.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/kernels/parallel.h"
#include "tests/core/kernels/allocation_count.h"
#include "tests/core/kernels/attention_cases.h"
#include "tests/core/kernels/double_loops.h"

namespace blip::test {
namespace {

constexpr float kUntouched = -1000;

ScoreRule rule_of(const AttentionCase& attention) {
  ScoreRule rule;
  rule.scale = static_cast<float>(attention.scale);
  rule.visible = attention.visible;
  if (!attention.bias.empty()) {
    rule.bias = attention.bias.data();
    rule.bias_head = attention.rows * attention.tokens;
    rule.bias_row = attention.tokens;
  }
  return rule;
}

// The tokens [begin, end) in a table in which the rest is what must not be read.
struct Table {
  Table(const AttentionCase& attention, std::int64_t begin, std::int64_t end, std::int64_t rows)
      : stride(2 * attention.width() + 5) {
    const std::int64_t count = end - begin;
    keys.assign(static_cast<std::size_t>((2 * count + 1) * stride), std::numeric_limits<float>::quiet_NaN());
    values = keys;
    for (std::int64_t t = 0; t < count; ++t) {
      const std::int64_t place = 2 * (count - 1 - t) + 1, from = (begin + t) * attention.width();
      std::copy_n(attention.keys.data() + from, attention.width(), keys.data() + place * stride);
      std::copy_n(attention.values.data() + from, attention.width(), values.data() + place * stride);
      places.push_back(static_cast<std::int32_t>(place));
    }
    for (std::int64_t r = 0; r < rows; ++r) {
      lists.insert(lists.end(), places.begin(), places.end());
      lists.push_back(-1);
    }
  }
  OwnTokens view() const {
    const auto count = static_cast<std::int64_t>(places.size());
    return {keys.data(), values.data(), stride, lists.data(), count + 1, count};
  }
  std::int64_t stride;
  std::vector<float> keys, values;
  std::vector<std::int32_t> places, lists;
};

// Blocks that begin at `begins`; tokens from `own` on come by lists.
std::vector<float> attend(Workspace& workspace, const AttentionCase& attention, const std::vector<std::int64_t>& begins,
                          std::int64_t own) {
  std::vector<LaidKeyValues> parts;
  for (std::size_t i = 0; i < begins.size(); ++i)
    parts.emplace_back(attention, begins[i], i + 1 < begins.size() ? begins[i + 1] : own, Layout::kChannelsApart);
  std::vector<KeyValues> blocks;
  for (const auto& part : parts) blocks.push_back(part.view());
  const Table table(attention, own, attention.tokens, attention.rows);
  // Queries as a fused projection leaves them.
  const std::int64_t width = attention.width(), stride = 3 * width;
  std::vector<float> queries(static_cast<std::size_t>(attention.rows * stride), kUntouched);
  for (std::int64_t r = 0; r < attention.rows; ++r)
    std::copy_n(attention.queries.data() + r * width, width, queries.data() + r * stride);
  const CachedQueries rows{attention.shape, queries.data(), stride, attention.rows};
  std::vector<float> context(attention.queries.size(), kUntouched);
  parallel_for(workspace.threads, attention.shape.heads, [&](std::int64_t head, int slot) {
    attend_cached(workspace, slot, rows, head, /*heads=*/1, blocks, table.view(), rule_of(attention), context.data());
  });
  return context;
}

TEST(AttendCached, EqualsDoublePrecisionForBlocksAndOwnTokens) {
  Workspace workspace(1);
  for (const std::int64_t width : {16, 64, 80, 88, 128}) {
    for (const std::int64_t tokens : {1, 9, 70}) {
      for (const std::int64_t rows : {1, 3, 5}) {
        const auto attention = random_case({3, width}, rows, tokens, MatmulType::kFloat32, 3);
        expect_attention(attention, attend(workspace, attention, {0}, tokens), 0, "blocks alone");
        expect_attention(attention, attend(workspace, attention, {}, 0), 0, "own tokens alone");
        expect_attention(attention, attend(workspace, attention, {0, tokens / 3}, 2 * tokens / 3), 0, "both");
      }
    }
  }
}

TEST(AttendCached, BlocksMayBeBFloat16) {
  Workspace workspace(1);
  const auto attention = random_case({2, 80}, 6, 50, MatmulType::kBFloat16, 3);
  expect_attention(attention, attend(workspace, attention, {0, 20}, 40), 0, "bfloat16 blocks, own tokens float32");
}

TEST(AttendCached, ARowOfAPromptSeesWhatIsBeforeItAndItself) {
  Workspace workspace(2);
  for (const std::int64_t before : {0, 3, 40}) {
    for (const std::int64_t rows : {1, 4, 7, 40}) {
      auto attention = random_case({2, 24}, rows, before + rows, MatmulType::kFloat32, 3);
      attention.visible = before + 1;
      std::vector<std::int64_t> begins = {0};
      if (before > 0) begins.push_back(before);
      expect_attention(attention, attend(workspace, attention, begins, attention.tokens), 0, "causal");
    }
  }
}

TEST(AttendCached, AddsABiasAndScalesAsTold) {
  Workspace workspace(1);
  for (const std::int64_t visible : {0, 5}) {
    auto attention = random_case({3, 16}, 6, 10, MatmulType::kFloat32, 3);
    for (float& query : attention.queries) query *= 0.1f;
    attention.scale = 1;
    attention.visible = visible;
    attention.bias = random_values(3 * 6 * 10, 9);
    for (float& value : attention.bias) value *= 4;
    expect_attention(attention, attend(workspace, attention, {0, 5}, 10), 0, "bias");
  }
}

TEST(AttendCached, TokensAheadCannotBeNoticed) {
  Workspace workspace(1);
  auto attention = random_case({1, 16}, 3, 3, MatmulType::kFloat32, 3);
  attention.visible = 1;
  const auto expected = attend(workspace, attention, {0}, 3);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  std::fill(attention.keys.begin() + 2 * 16, attention.keys.end(), nan);
  const auto found = attend(workspace, attention, {0}, 3);
  EXPECT_TRUE(std::equal(found.begin(), found.begin() + 2 * 16, expected.begin()));
  EXPECT_TRUE(std::isnan(found.back()));
}

TEST(AttendCached, AnyNumberOfThreadsGivesTheSame) {
  const auto attention = random_case({8, 64}, 5, 90, MatmulType::kFloat32, 3);
  Workspace one(1), three(3);
  EXPECT_EQ(attend(one, attention, {0, 33}, 80), attend(three, attention, {0, 33}, 80));
}

TEST(AttendCached, WritesTheHeadsItWasAskedForAlone) {
  Workspace workspace(1);
  const auto attention = random_case({4, 16}, 3, 10, MatmulType::kFloat32, 4);
  const auto all = attend(workspace, attention, {0}, 10);
  const LaidKeyValues part(attention, 0, 10, Layout::kChannelsApart);
  const KeyValues block = part.view();
  std::vector<float> context(attention.queries.size(), kUntouched);
  attend_cached(workspace, 0, {attention.shape, attention.queries.data(), 64, 3}, /*first_head=*/1, /*heads=*/2,
                std::span(&block, 1), {}, {}, context.data());
  for (std::size_t i = 0; i < context.size(); ++i)
    EXPECT_EQ(context[i], i % 64 >= 16 && i % 64 < 48 ? all[i] : kUntouched) << i;
}

TEST(AttendCached, AllocatesNothingInTheSteadyState) {
  Workspace workspace(1);
  const auto attention = random_case({2, 80}, 6, 50, MatmulType::kFloat32, 4);
  const LaidKeyValues part(attention, 0, 30, Layout::kChannelsApart);
  const KeyValues block = part.view();
  const Table table(attention, 30, 50, 6);
  std::vector<float> context(attention.queries.size());
  const auto attend_all = [&] {
    attend_cached(workspace, 0, {attention.shape, attention.queries.data(), attention.width(), 6}, 0, 2,
                  std::span(&block, 1), table.view(), {}, context.data());
  };
  attend_all();
  const std::int64_t before = allocation_count();
  attend_all();
  EXPECT_EQ(allocation_count(), before);
}

}  // namespace
}  // namespace blip::test
