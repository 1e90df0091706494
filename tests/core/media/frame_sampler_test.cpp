#include "core/media/frame_sampler.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "tests/support/golden.h"
#include "tests/support/json_lines.h"

namespace blip {
namespace {

using Indices = std::vector<std::int64_t>;

TEST(FrameSampler, StepsByTheWholePartOfTheQuotient) {
  EXPECT_EQ(uniform_indices(100, 4), (Indices{0, 25, 50, 75}));
  EXPECT_EQ(uniform_indices(31, 8), (Indices{0, 3, 6, 9, 12, 15, 18, 21}));
  EXPECT_EQ(uniform_indices(8, 8), (Indices{0, 1, 2, 3, 4, 5, 6, 7}));
}

TEST(FrameSampler, TooFewFramesGiveTheFirstOneOnly) {
  EXPECT_EQ(uniform_indices(3, 4), (Indices{0, 0, 0, 0}));
}

TEST(FrameSampler, IndicesLieInsideTheClip) {
  for (std::int64_t frames = 1; frames < 70; ++frames) {
    for (std::int64_t count = 1; count < 20; ++count) {
      const Indices indices = uniform_indices(frames, count);
      ASSERT_EQ(static_cast<std::int64_t>(indices.size()), count);
      ASSERT_EQ(indices.front(), 0);
      ASSERT_LT(indices.back(), frames);
    }
  }
}

TEST(FrameSampler, RejectsNothing) {
  EXPECT_THROW(uniform_indices(0, 4), Error);
  EXPECT_THROW(uniform_indices(4, 0), Error);
  EXPECT_THROW(uniform_indices(-1, 4), Error);
}

TEST(FrameSamplerGolden, EqualsTheOriginal) {
  const auto cases = test::read_json(test::golden_dir() / "video" / "frame_indices.json");
  ASSERT_FALSE(cases.empty());
  for (const auto& item : cases) {
    EXPECT_EQ(uniform_indices(item.at("frames").get<std::int64_t>(), item.at("sampled").get<std::int64_t>()),
              item.at("indices").get<Indices>())
        << item;
  }
}

}  // namespace
}  // namespace blip
