#include "core/generate/top_candidates.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>
#include <vector>

namespace blip {
namespace {

constexpr float kBarred = -std::numeric_limits<float>::infinity();

TEST(TopCandidates, RanksOverAllRows) {
  const std::vector<float> logprobs{-1, -5, -2,   // row 0, so far -1
                                    -1, -4, -9};  // row 1, so far -0.5
  const std::vector<float> sums{-1.0f, -0.5f};
  const auto best = top_candidates(logprobs, sums, 3);
  ASSERT_EQ(best.size(), 3u);
  EXPECT_EQ(best[0].row, 1);
  EXPECT_EQ(best[0].token, 0);
  EXPECT_FLOAT_EQ(best[0].score, -1.5f);
  EXPECT_FLOAT_EQ(best[0].logprob, -1.0f);
  EXPECT_EQ(best[1].row, 0);
  EXPECT_EQ(best[1].token, 0);
  EXPECT_EQ(best[2].row, 0);
  EXPECT_EQ(best[2].token, 2);
}

TEST(TopCandidates, EqualScoresKeepTheLowerRowThenTheLowerToken) {
  const std::vector<float> logprobs(120, -1.0f), sums(3, 0.0f);
  const auto best = top_candidates(logprobs, sums, 45);
  ASSERT_EQ(best.size(), 45u);
  for (std::int64_t i = 0; i < 45; ++i) {
    EXPECT_EQ(best[static_cast<std::size_t>(i)].row, i / 40);
    EXPECT_EQ(best[static_cast<std::size_t>(i)].token, i % 40);
  }
}

TEST(TopCandidates, LeavesOutWhatIsBarred) {
  const std::vector<float> logprobs{kBarred, -2, kBarred}, sums{0.0f};
  EXPECT_EQ(top_candidates(logprobs, sums, 4).size(), 1u);
  EXPECT_TRUE(top_candidates(std::vector<float>(5, kBarred), sums, 4).empty());
  EXPECT_TRUE(top_candidates({}, {}, 4).empty());
}

TEST(TopCandidates, AgreesWithAFullSort) {
  std::mt19937 generator(3);
  std::uniform_int_distribution<int> coarse(-300, -1);  // many equal values
  for (const std::size_t vocabulary : {1u, 31u, 32u, 33u, 203u, 1000u}) {
    std::vector<float> logprobs(4 * vocabulary), sums{-3, -1, -2, -1};
    for (float& value : logprobs) value = static_cast<float>(coarse(generator)) / 16;
    std::vector<Candidate> all;
    for (std::size_t i = 0; i < logprobs.size(); ++i)
      all.push_back({sums[i / vocabulary] + logprobs[i], logprobs[i], static_cast<std::int64_t>(i / vocabulary),
                     static_cast<std::int64_t>(i % vocabulary)});
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.score > b.score; });
    for (const std::size_t count : {1u, 6u, 128u}) {
      const auto best = top_candidates(logprobs, sums, count);
      ASSERT_EQ(best.size(), std::min(count, all.size()));
      for (std::size_t i = 0; i < best.size(); ++i) {
        ASSERT_EQ(best[i].row, all[i].row) << "vocabulary " << vocabulary << ", rank " << i;
        ASSERT_EQ(best[i].token, all[i].token) << "vocabulary " << vocabulary << ", rank " << i;
      }
    }
  }
}

}  // namespace
}  // namespace blip
