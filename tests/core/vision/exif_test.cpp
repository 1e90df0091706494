#include "core/vision/exif.h"

#include <gtest/gtest.h>

#include <vector>

namespace blip {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes little_endian(std::uint8_t orientation) {
  return {'I',  'I',  42, 0, 8, 0, 0, 0, 2,           0,             // two entries at offset 8
          0x0F, 0x01, 2,  0, 4, 0, 0, 0, 'x',         'y', 'z', 0,   // Make
          0x12, 0x01, 3,  0, 1, 0, 0, 0, orientation, 0,   0,   0};  // Orientation
}

TEST(Exif, ReadsTheOrientationInBothByteOrders) {
  for (std::uint8_t value = 1; value <= 8; ++value) {
    EXPECT_EQ(exif_orientation(little_endian(value)), static_cast<Orientation>(value));
    const Bytes big{'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, value, 0, 0};
    EXPECT_EQ(exif_orientation(big), static_cast<Orientation>(value));
  }
}

TEST(Exif, DamagedBlocksAreUpright) {
  EXPECT_EQ(exif_orientation({}), Orientation::kUpright);
  EXPECT_EQ(exif_orientation(little_endian(0)), Orientation::kUpright);
  EXPECT_EQ(exif_orientation(little_endian(9)), Orientation::kUpright);
  Bytes bytes = little_endian(6);
  for (std::size_t size = 0; size < 32; ++size) {
    EXPECT_EQ(exif_orientation(std::span(bytes).first(size)), Orientation::kUpright) << size;
  }
  bytes[4] = bytes[5] = bytes[6] = bytes[7] = 0xFF;  // a directory far outside
  EXPECT_EQ(exif_orientation(bytes), Orientation::kUpright);
  EXPECT_EQ(exif_orientation(Bytes{'I', 'M', 42, 0, 8, 0, 0, 0}), Orientation::kUpright);
}

}  // namespace
}  // namespace blip
