#include "training/trainer/crc32c.h"

#include <gtest/gtest.h>

#include <string>

namespace blip {
namespace {

// RFC 3720, appendix B.4.
TEST(Crc32c, GivesTheKnownValues) {
  std::string rising;
  for (int i = 0; i < 32; ++i) rising += static_cast<char>(i);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aaU);
  EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62a8ab43U);
  EXPECT_EQ(crc32c(rising), 0x46dd794eU);
  EXPECT_EQ(crc32c("123456789"), 0xe3069283U);
  EXPECT_EQ(crc32c(""), 0U);
}

TEST(Crc32c, MaskTurnsAndAdds) {
  // 0xe3069283 turned right by 15 bits is 0x2507c60d.
  EXPECT_EQ(masked_crc32c("123456789"), 0x2507c60dU + 0xa282ead8U);
}

}  // namespace
}  // namespace blip
