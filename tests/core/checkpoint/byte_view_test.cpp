#include "core/checkpoint/byte_view.h"

#include <gtest/gtest.h>

#include "tests/core/checkpoint/checkpoint_support.h"

namespace blip {
namespace {

TEST(ByteView, IsCopiedOnlyWhereTheAddressDoesNotFit) {
  const ByteView bytes = test::bytes_of("0123456789");
  EXPECT_EQ(aligned(bytes, 8).data, bytes.data);
  EXPECT_EQ(aligned(slice(bytes, 1, 9), 1).data, bytes.data + 1);

  const ByteView copy = aligned(slice(bytes, 1, 9), 4);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(copy.data) % 4, 0u);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(copy.data), copy.size), "123456789");
}

TEST(ByteView, ASliceKeepsTheBytesAlive) {
  ByteView part;
  {
    const ByteView whole = test::bytes_of("abc");
    part = slice(whole, 1, 1);
  }
  EXPECT_EQ(*part.data, 'b');
}

}  // namespace
}  // namespace blip
