#include "core/checkpoint/crc32.h"

#include <gtest/gtest.h>

#include <string>

namespace blip {
namespace {

TEST(Crc32, HasThePublishedCheckValue) {
  EXPECT_EQ(crc32("123456789", 9), 0xcbf43926u);
}

TEST(Crc32, OfNothingIsZero) {
  EXPECT_EQ(crc32("", 0), 0u);
}

TEST(Crc32, GoesOnWhereItStopped) {
  const std::string text = "The quick brown fox jumps over the lazy dog";
  EXPECT_EQ(crc32(text.data(), text.size()), 0x414fa339u);
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    EXPECT_EQ(crc32(text.data() + cut, text.size() - cut, crc32(text.data(), cut)), 0x414fa339u) << cut;
  }
}

}  // namespace
}  // namespace blip
