#include "core/engine/packed_backend/blip2/gathered_attention.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace blip::test {
namespace {

constexpr std::int64_t kHeads = 2, kWidth = 5, kAll = kHeads * kWidth;

struct Tokens {
  explicit Tokens(std::size_t count) {
    std::mt19937 generator(7);
    std::normal_distribution<float> normal;
    for (std::size_t t = 0; t < count; ++t) {
      rows.emplace_back(2 * kAll);
      for (float& value : rows.back()) value = normal(generator);
    }
    query.resize(kAll);
    for (float& value : query) value = normal(generator);
  }
  std::vector<const float*> pick(std::initializer_list<std::size_t> numbers) const {
    std::vector<const float*> picked;
    for (const std::size_t number : numbers) picked.push_back(rows[number].data());
    return picked;
  }
  std::vector<std::vector<float>> rows;  // keys, behind them values
  std::vector<float> query;
};

// In double precision; bias(head, distance) with distance = key - query.
template <class Bias>
std::vector<double> reference(const Tokens& tokens, std::span<const float* const> seen, double scale,
                              std::int64_t position, Bias&& bias) {
  std::vector<double> context;
  for (std::int64_t h = 0; h < kHeads; ++h) {
    std::vector<double> weights;
    double sum = 0;
    for (std::size_t n = 0; n < seen.size(); ++n) {
      double score = 0;
      for (std::int64_t d = 0; d < kWidth; ++d)
        score += static_cast<double>(tokens.query[static_cast<std::size_t>(h * kWidth + d)]) * seen[n][h * kWidth + d];
      weights.push_back(std::exp(scale * score + bias(h, static_cast<std::int64_t>(n) - position)));
      sum += weights.back();
    }
    for (std::int64_t d = 0; d < kWidth; ++d) {
      double value = 0;
      for (std::size_t n = 0; n < seen.size(); ++n) value += weights[n] / sum * seen[n][kAll + h * kWidth + d];
      context.push_back(value);
    }
  }
  return context;
}

TEST(GatheredAttention, EachRowSeesItsOwnTokensInItsOrder) {
  const Tokens tokens(4);
  const auto first = tokens.pick({2, 0, 3}), second = tokens.pick({1});
  const auto no_bias = [](std::int64_t, std::int64_t) { return 0.0; };
  for (const int threads : {1, 2}) {
    Workspace workspace(threads);
    const AttentionForm form{{kHeads, kWidth}, 0.4f, {}};
    std::vector<float> context(2 * kAll);
    const GatheredRow rows[] = {{tokens.query.data(), first, 0, context.data()},
                                {tokens.query.data(), second, 0, context.data() + kAll}};
    attend_gathered(workspace, form, kAll, rows);
    const auto expected = reference(tokens, first, 0.4, 0, no_bias);
    for (std::int64_t i = 0; i < kAll; ++i) {
      EXPECT_NEAR(context[static_cast<std::size_t>(i)], expected[static_cast<std::size_t>(i)], 1e-6);
      EXPECT_NEAR(context[static_cast<std::size_t>(kAll + i)], second[0][kAll + i], 1e-6) << "the only token";
    }
  }
}

// Distances beyond the table have the bias of its end.
TEST(GatheredAttention, TheBiasIsThatOfTheDistance) {
  const Tokens tokens(6);
  const auto seen = tokens.pick({0, 1, 2, 3, 4, 5});
  const std::vector<float> table{0.5f, -0.25f, 0,     1,  2,
                                 -1,   0.125f, 0.75f, -2, 0.3f};  // of two heads, distances -2 to 2
  const auto bias = [&](std::int64_t head, std::int64_t distance) {
    return static_cast<double>(
        table[static_cast<std::size_t>(head * 5 + 2 + std::clamp<std::int64_t>(distance, -2, 2))]);
  };
  Workspace workspace(1);
  const AttentionForm form{{kHeads, kWidth}, 1, {table.data(), 5, 2}};
  for (const std::int64_t position : {0, 3, 5}) {
    std::vector<float> context(kAll);
    const GatheredRow row{tokens.query.data(), seen, position, context.data()};
    attend_gathered(workspace, form, kAll, {&row, 1});
    const auto expected = reference(tokens, seen, 1, position, bias);
    for (std::size_t i = 0; i < context.size(); ++i) EXPECT_NEAR(context[i], expected[i], 1e-6) << position;
  }
}

}  // namespace
}  // namespace blip::test
