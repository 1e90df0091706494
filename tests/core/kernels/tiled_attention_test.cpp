#include "core/kernels/tiled_attention.h"

#include <gtest/gtest.h>

#include <cmath>
#include <thread>

#include "core/kernels/cpu_isa.h"
#include "tests/core/kernels/attention_cases.h"
#include "tests/core/kernels/double_loops.h"

namespace blip::test {
namespace {

std::vector<MatmulType> types() {
  if (cpu_isa() < CpuIsa::kAvx512) return {MatmulType::kFloat32};  // oneDNN 2.x has no bfloat16 there
  return {MatmulType::kFloat32, MatmulType::kBFloat16};
}

// Attention over the tokens in blocks that begin at `begins`.
std::vector<float> attend(Workspace& workspace, const AttentionCase& attention, const std::vector<std::int64_t>& begins,
                          Layout layout) {
  const std::int64_t width = attention.width(), stride = 3 * width;
  std::vector<float> laid(static_cast<std::size_t>(attention.rows * stride), 55);
  for (std::int64_t r = 0; r < attention.rows; ++r)
    std::copy_n(attention.queries.data() + r * width, width, laid.data() + r * stride);
  const auto queries = stored(laid, attention.type);
  std::vector<LaidKeyValues> parts;
  for (std::size_t i = 0; i < begins.size(); ++i)
    parts.emplace_back(attention, begins[i], i + 1 < begins.size() ? begins[i + 1] : attention.tokens, layout);
  std::vector<KeyValues> blocks;
  for (const auto& part : parts) blocks.push_back(part.view());
  std::vector<float> context(static_cast<std::size_t>(attention.rows * width), -1000);
  attend_tiled(workspace, attention.shape, queries.data(), stride, attention.rows, blocks, context.data());
  return context;
}

double numerator_unit(MatmulType type) {
  return type == MatmulType::kBFloat16 ? kBFloat16Unit : 0;
}

void expect_right(const AttentionCase& attention, const std::vector<std::int64_t>& begins, int threads) {
  Workspace workspace(threads);
  for (const auto layout : {Layout::kChannelsApart, Layout::kTokensApart})
    expect_attention(attention, attend(workspace, attention, begins, layout), numerator_unit(attention.type),
                     std::to_string(begins.size()) + " blocks");
}

TEST(AttendTiled, ByHandWeighsTwoTokensByTheirScores) {
  AttentionCase attention{{1, 1}, 1, 2, MatmulType::kFloat32, {1}, {0, std::log(3.0f)}, {8, 4}};
  Workspace workspace(1);
  EXPECT_NEAR(attend(workspace, attention, {0}, Layout::kChannelsApart)[0], 8 * 0.25 + 4 * 0.75, 1e-6);
}

TEST(AttendTiled, EqualsDoublePrecisionForAllWidthsAndSizes) {
  for (const auto type : types()) {
    for (const std::int64_t width : {16, 24, 32, 64, 96}) {
      for (const std::int64_t tokens : {1, 2, 17, 40}) {
        for (const std::int64_t rows : {1, 3, 33})
          expect_right(random_case({2, width}, rows, tokens, type, 3), {0}, /*threads=*/2);
      }
    }
  }
}

TEST(AttendTiled, BlocksEqualTheirConcatenation) {
  for (const auto type : types()) {
    expect_right(random_case({3, 32}, 20, 50, type, 5), {0, 17, 34}, 1);
    expect_right(random_case({3, 32}, 20, 50, type, 5), {0, 1, 49}, 2);
    expect_right(random_case({1, 64}, 2, 3, type, 5), {0, 1, 2}, 2);
  }
}

TEST(AttendTiled, ManyQueriesAreCutIntoTiles) {
  for (const auto type : types()) expect_right(random_case({2, 16}, 300, 200, type, 7), {0}, 3);
}

// A clip of 16 frames: a tile's rows are so long that few fit.
TEST(AttendTiled, ManyTokensMakeTilesOfFewRows) {
  std::vector<std::int64_t> begins;
  for (std::int64_t frame = 0; frame < 16; ++frame) begins.push_back(577 * frame);
  for (const auto type : types()) {
    const auto attention = random_case({1, 16}, 37, 16 * 577, type, 9);
    Workspace workspace(2);
    expect_attention(attention, attend(workspace, attention, begins, Layout::kChannelsApart), numerator_unit(type),
                     "16 blocks");
  }
}

TEST(AttendTiled, NothingToAttendToChangesNothing) {
  Workspace workspace(1);
  auto attention = random_case({1, 16}, 0, 4, MatmulType::kFloat32, 1);
  EXPECT_TRUE(attend(workspace, attention, {0}, Layout::kChannelsApart).empty());
}

TEST(AttendTiled, LargeScoresLeaveTheLargestAlone) {
  auto attention = random_case({1, 16}, 2, 5, MatmulType::kFloat32, 1);
  for (float& query : attention.queries) query = 1000;
  for (std::size_t i = 0; i < attention.keys.size(); ++i) attention.keys[i] = i / 16 == 3 ? 1000 : -1000;
  Workspace workspace(1);
  const auto context = attend(workspace, attention, {0}, Layout::kTokensApart);
  const std::vector<float> third(attention.values.begin() + 48, attention.values.begin() + 64);
  EXPECT_EQ(std::vector<float>(context.begin(), context.begin() + 16), third);
  EXPECT_EQ(std::vector<float>(context.begin() + 16, context.end()), third);
}

TEST(AttendTiled, IsTheSameBesideOthersAndTakesNoMoreMemory) {
  const auto attention = random_case({4, 32}, 90, 130, types().back(), 11);
  const auto work = [&](std::vector<std::vector<float>>& found) {
    Workspace workspace(2);
    for (int round = 0; round < 6; ++round)
      found.push_back(attend(workspace, attention, {0, 65}, Layout::kTokensApart));
  };
  std::vector<std::vector<float>> here, beside;
  std::thread other(work, std::ref(beside));
  work(here);
  other.join();
  for (const auto& context : here) EXPECT_EQ(context, here.front());
  EXPECT_EQ(beside, here);
  Workspace workspace(1);
  attend(workspace, attention, {0}, Layout::kTokensApart);
  const std::size_t bytes = workspace.arenas[0].bytes();
  attend(workspace, attention, {0}, Layout::kTokensApart);
  EXPECT_EQ(workspace.arenas[0].bytes(), bytes);
}

}  // namespace
}  // namespace blip::test
