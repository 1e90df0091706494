#include "core/kernels/few_row_attention.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tests/core/kernels/allocation_count.h"
#include "tests/core/kernels/attention_cases.h"
#include "tests/core/kernels/double_loops.h"

namespace blip::test {
namespace {

constexpr float kUntouched = -1000;

// All heads, one by one, over the tokens in blocks that begin at `begins`.
std::vector<float> attend(Workspace& workspace, const AttentionCase& attention,
                          const std::vector<std::int64_t>& begins) {
  std::vector<LaidKeyValues> parts;
  for (std::size_t i = 0; i < begins.size(); ++i) {
    parts.emplace_back(attention, begins[i], i + 1 < begins.size() ? begins[i + 1] : attention.tokens,
                       Layout::kChannelsApart);
  }
  std::vector<KeyValues> blocks;
  for (const auto& part : parts) blocks.push_back(part.view());
  std::vector<float> context(attention.queries.size(), kUntouched);
  for (std::int64_t head = 0; head < attention.shape.heads; ++head)
    attend_few(workspace, /*slot=*/0, attention.shape, head, /*heads=*/1, attention.queries.data(), attention.rows,
               blocks, context.data());
  return context;
}

TEST(AttendFew, EqualsDoublePrecisionForAllWidthsAndSizes) {
  Workspace workspace(1);
  for (const auto type : {MatmulType::kFloat32, MatmulType::kBFloat16}) {
    for (const std::int64_t width : {16, 24, 32, 64, 96}) {
      for (const std::int64_t tokens : {1, 2, 17, 64, 150}) {
        for (const std::int64_t rows : {1, 2, 3, 4, 5, 9}) {
          const auto attention = random_case({2, width}, rows, tokens, type, 3);
          expect_attention(attention, attend(workspace, attention, {0}), 0, "one block");
        }
      }
    }
  }
}

TEST(AttendFew, BlocksEqualTheirConcatenation) {
  Workspace workspace(1);
  for (const auto type : {MatmulType::kFloat32, MatmulType::kBFloat16}) {
    const auto attention = random_case({3, 24}, 5, 100, type, 4);
    expect_attention(attention, attend(workspace, attention, {0, 33, 66}), 0, "three blocks");
    expect_attention(attention, attend(workspace, attention, {0, 1, 2, 99}), 0, "four blocks");
  }
}

TEST(AttendFew, WritesTheHeadsItWasAskedForAlone) {
  Workspace workspace(1);
  const auto attention = random_case({4, 16}, 3, 10, MatmulType::kFloat32, 4);
  const auto all = attend(workspace, attention, {0});
  const LaidKeyValues part(attention, 0, 10, Layout::kChannelsApart);
  const KeyValues block = part.view();
  std::vector<float> context(attention.queries.size(), kUntouched);
  attend_few(workspace, 0, attention.shape, /*first_head=*/1, /*heads=*/2, attention.queries.data(), 3,
             std::span(&block, 1), context.data());
  for (std::size_t i = 0; i < context.size(); ++i)
    EXPECT_EQ(context[i], i % 64 >= 16 && i % 64 < 48 ? all[i] : kUntouched) << i;
}

TEST(AttendFew, AllocatesNothingInTheSteadyState) {
  Workspace workspace(1);
  const auto attention = random_case({2, 32}, 6, 50, MatmulType::kBFloat16, 4);
  const LaidKeyValues part(attention, 0, 50, Layout::kChannelsApart);
  const KeyValues block = part.view();
  std::vector<float> context(attention.queries.size());
  const auto attend_all = [&] {
    attend_few(workspace, 0, attention.shape, 0, 2, attention.queries.data(), 6, std::span(&block, 1), context.data());
  };
  attend_all();
  const std::int64_t before = allocation_count();
  const std::size_t bytes = workspace.arenas[0].bytes();
  attend_all();
  EXPECT_EQ(allocation_count(), before);
  EXPECT_EQ(workspace.arenas[0].bytes(), bytes);
}

// A case's tokens in the places `tokens` of a table of rows, the others filled with what must not be read.
struct Table {
  Table(const AttentionCase& attention, std::int64_t stride, const std::vector<std::int32_t>& tokens) {
    const auto rows = static_cast<std::int64_t>(*std::max_element(tokens.begin(), tokens.end())) + 1;
    keys.assign(static_cast<std::size_t>(rows * stride), NAN);
    values = keys;
    for (std::size_t t = 0; t < tokens.size(); ++t) {
      const std::int64_t from = static_cast<std::int64_t>(t) * attention.width(), to = tokens[t] * stride;
      std::copy_n(attention.keys.data() + from, attention.width(), keys.data() + to);
      std::copy_n(attention.values.data() + from, attention.width(), values.data() + to);
    }
  }
  std::vector<float> keys, values;
};

TEST(AttendRow, EqualsDoublePrecisionOverTheTokensItIsGiven) {
  Workspace workspace(2);
  for (const std::int64_t width : {16, 24, 32, 64, 96}) {
    for (const std::int64_t count : {1, 2, 5, 33}) {
      const auto attention = random_case({3, width}, 1, count, MatmulType::kFloat32, 6);
      std::vector<std::int32_t> tokens(static_cast<std::size_t>(count));
      for (std::size_t t = 0; t < tokens.size(); ++t) tokens[t] = static_cast<std::int32_t>(t * 7 % 41);
      const std::int64_t stride = 2 * attention.width() + 5;
      const Table table(attention, stride, tokens);
      std::vector<float> context(static_cast<std::size_t>(attention.width()), kUntouched);
      attend_row(workspace, /*slot=*/1, attention.shape, attention.queries.data(), table.keys.data(),
                 table.values.data(), stride, tokens, context.data());
      expect_attention(attention, context, 0, "one row");
    }
  }
}

TEST(AttendRow, AllocatesNothingInTheSteadyState) {
  Workspace workspace(1);
  const auto attention = random_case({2, 64}, 1, 20, MatmulType::kFloat32, 6);
  std::vector<std::int32_t> tokens(20);
  std::iota(tokens.begin(), tokens.end(), 0);
  std::vector<float> context(static_cast<std::size_t>(attention.width()));
  const auto attend_all = [&] {
    attend_row(workspace, 0, attention.shape, attention.queries.data(), attention.keys.data(), attention.values.data(),
               attention.width(), tokens, context.data());
  };
  attend_all();
  const std::int64_t before = allocation_count();
  attend_all();
  EXPECT_EQ(allocation_count(), before);
}

}  // namespace
}  // namespace blip::test
