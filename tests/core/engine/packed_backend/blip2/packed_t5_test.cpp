#include "core/engine/packed_backend/blip2/packed_t5.h"

#include <gtest/gtest.h>

#include <numeric>

namespace blip::test {
namespace {

LanguageModelConfig config() {
  LanguageModelConfig t5;
  t5.kind = LanguageModelKind::kT5;
  t5.heads = 2;
  t5.position_buckets = 8;
  t5.max_distance = 20;
  return t5;
}

// The embedding's row of bucket b is (b, b + 100).
std::vector<float> buckets(bool two_sided, std::size_t head) {
  std::vector<float> embedding;
  for (int b = 0; b < 8; ++b) {
    embedding.push_back(static_cast<float>(b));
    embedding.push_back(static_cast<float>(b + 100));
  }
  const auto bias = relative_bias(embedding, config(), two_sided);
  EXPECT_EQ(bias.size(), 2U * 41);
  const auto own = bias.begin() + static_cast<std::ptrdiff_t>(head * 41);
  return {own, own + 41};
}

// Decoder: distances 0 to 3 have buckets of their own; then 4 + floor(4 ln(d / 4) / ln(20 / 4)), at most 7.
TEST(PackedT5, TheDecodersBiasLooksBackOnly) {
  const auto bias = buckets(/*two_sided=*/false, 0);
  const auto at = [&](int distance) { return bias[static_cast<std::size_t>(20 + distance)]; };
  const std::vector<std::pair<int, float>> expected{{0, 0},  {-1, 1}, {-3, 3},  {-4, 4},  {-5, 4}, {-6, 5},
                                                    {-8, 5}, {-9, 6}, {-13, 6}, {-14, 7}, {-20, 7}};
  for (const auto& [distance, bucket] : expected) EXPECT_EQ(at(distance), bucket) << distance;
  for (int ahead = 1; ahead <= 20; ++ahead) EXPECT_EQ(at(ahead), 0) << ahead;
  EXPECT_EQ(buckets(false, 1)[20 - 6], 105) << "the second head has its own column";
}

// Encoder: four buckets a side, of which 0 and 1 for themselves; then 2 + floor(2 ln(d / 2) / ln(20 / 2)), at most 3.
TEST(PackedT5, TheEncodersBiasTellsTheSidesApart) {
  const auto bias = buckets(/*two_sided=*/true, 0);
  const auto at = [&](int distance) { return bias[static_cast<std::size_t>(20 + distance)]; };
  const std::vector<std::pair<int, float>> expected{{0, 0}, {1, 1}, {2, 2}, {6, 2}, {7, 3}, {20, 3}};
  for (const auto& [distance, bucket] : expected) {
    EXPECT_EQ(at(-distance), bucket) << distance;
    EXPECT_EQ(at(distance), distance == 0 ? 0 : bucket + 4) << distance;
  }
}

}  // namespace
}  // namespace blip::test
