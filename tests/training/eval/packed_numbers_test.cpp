#include "training/eval/packed_numbers.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/error.h"

namespace blip {
namespace {

TEST(PackedNumbers, AreBase64OfLittleEndianBytes) {
  const std::vector<std::int32_t> indices = {1, 0x7f00ff01};
  EXPECT_EQ(pack_indices(indices), "AQAAAAH/AH8=");
  EXPECT_EQ(unpack_indices("AQAAAAH/AH8="), indices);
}

TEST(PackedNumbers, ComeBackBitForBit) {
  const std::vector<float> all = {0.F, -0.F, 1e-42F, 3.14159274F, -INFINITY, 1e38F, 0.1F};
  for (std::size_t count = 0; count <= all.size(); ++count) {
    const std::vector<float> values(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count));
    EXPECT_EQ(unpack_floats(pack_floats(values)), values);
  }
}

TEST(PackedNumbers, DamagedTextIsRefused) {
  for (const char* text : {"AQAA", "AQAAA", "AQA*AA==", "====", "AQ=AAA=="}) {
    EXPECT_THROW(unpack_indices(text), Error) << text;
  }
}

}  // namespace
}  // namespace blip
