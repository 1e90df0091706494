#include "core/engine/packed_backend/blip2/prefix.h"

#include <gtest/gtest.h>

namespace blip::test {
namespace {

// Keys of token t of layer l are 100 l + `first` + t.
std::shared_ptr<Prefix> prefix(std::int64_t tokens, float first) {
  auto made = std::make_shared<Prefix>(/*layers=*/2, tokens, /*width=*/3);
  for (std::int64_t layer = 0; layer < 2; ++layer) {
    for (std::int64_t t = 0; t < tokens; ++t)
      *made->row(layer, t) = 100 * static_cast<float>(layer) + first + static_cast<float>(t);
  }
  return made;
}

std::vector<float> keys(const Prefix& of, std::int64_t layer, std::int64_t count) {
  std::vector<const float*> rows(static_cast<std::size_t>(count));
  of.gather(layer, count, rows.data());
  std::vector<float> first;
  for (const float* row : rows) first.push_back(*row);
  return first;
}

TEST(Prefix, StandsBehindTheFirstTokensOfAnother) {
  const auto first = prefix(4, 0), second = prefix(2, 10);
  second->stand_behind(first, 3);
  EXPECT_EQ(second->tokens(), 5);
  EXPECT_EQ(keys(*second, 0, 5), (std::vector<float>{0, 1, 2, 10, 11}));
  EXPECT_EQ(keys(*second, 1, 4), (std::vector<float>{100, 101, 102, 110}));
  EXPECT_EQ(keys(*second, 0, 2), (std::vector<float>{0, 1}));
  EXPECT_EQ(second->bytes(), 2U * 2 * 2 * 3 * sizeof(float)) << "its own alone";
}

TEST(Prefix, DoesNotKeepOneWhoseOwnTokensItLacks) {
  const auto first = prefix(4, 0);
  auto second = prefix(2, 10);
  second->stand_behind(first, 4);
  const auto third = prefix(1, 20);
  third->stand_behind(second, 2);
  const std::weak_ptr<Prefix> gone = second;
  second.reset();
  EXPECT_TRUE(gone.expired());
  EXPECT_EQ(keys(*third, 0, 3), (std::vector<float>{0, 1, 20}));
}

}  // namespace
}  // namespace blip::test
