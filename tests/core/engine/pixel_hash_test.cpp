#include "core/engine/pixel_hash.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace blip::test {
namespace {

TEST(PixelHash, EqualPixelsGiveEqualHashes) {
  const std::vector<float> a{0.5f, -1.f, 2.f, 0.25f, 7.f}, b = a;
  EXPECT_EQ(hash_pixels(a), hash_pixels(b));
}

// Each of both halves must tell apart what differs in one bit anywhere, in order, or in length.
TEST(PixelHash, EveryHalfSeesEveryChange) {
  std::set<std::uint64_t> first, second;
  std::size_t made = 0;
  const auto add = [&](const std::vector<float>& values) {
    const PixelHash hash = hash_pixels(values);
    first.insert(hash.first);
    second.insert(hash.second);
    ++made;
  };
  const std::vector<float> base(301, 0.125f);
  add(base);
  for (std::size_t i = 0; i < base.size(); ++i) {
    auto changed = base;
    changed[i] = 0.12500001f;
    add(changed);
    changed[i] = -0.125f;
    add(changed);
  }
  for (std::size_t length = 0; length < 40; ++length) add(std::vector<float>(length, 0.f));
  add({1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
  add({3, 4, 1, 2, 5, 6, 7, 8, 9, 10});
  add({9, 10, 3, 4, 5, 6, 7, 8, 1, 2});
  EXPECT_EQ(first.size(), made);
  EXPECT_EQ(second.size(), made);
}

TEST(PixelHash, ZerosOfDifferentSignAreDifferentBits) {
  EXPECT_NE(hash_pixels(std::vector<float>{0.f, 0.f}), hash_pixels(std::vector<float>{0.f, -0.f}));
}

}  // namespace
}  // namespace blip::test
