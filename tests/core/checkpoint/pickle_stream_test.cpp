#include "core/checkpoint/pickle_stream.h"

#include "tests/core/checkpoint/checkpoint_support.h"

namespace blip {
namespace {

using ::testing::HasSubstr;

const std::string kSource = "x.pth";

std::span<const std::uint8_t> span_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

TEST(PickleStream, ReadsNumbersInBothByteOrders) {
  const std::string bytes("\x01\x02\x03\x01\x02\x03", 6);
  PickleStream stream(span_of(bytes), kSource);
  EXPECT_EQ(stream.unsigned_le(3), 0x030201u);
  EXPECT_EQ(stream.unsigned_be(3), 0x010203u);
  EXPECT_EQ(stream.position(), 6u);
}

TEST(PickleStream, ReadsTextAndLines) {
  const std::string bytes = "abcos\nsystem\nrest";
  PickleStream stream(span_of(bytes), kSource);
  EXPECT_EQ(stream.text(3), "abc");
  EXPECT_EQ(stream.line(), "os");
  EXPECT_EQ(stream.line(), "system");
  EXPECT_EQ(stream.opcode(), 'r');
}

TEST(PickleStream, NeverReadsPastTheEnd) {
  const std::string bytes = "ab";
  PickleStream stream(span_of(bytes), kSource);
  EXPECT_THAT(test::error_of([&] { stream.unsigned_le(3); }), HasSubstr("x.pth"));
  EXPECT_THAT(test::error_of([&] { stream.text(UINT64_MAX); }), HasSubstr("truncated"));
  EXPECT_THAT(test::error_of([&] { stream.line(); }), HasSubstr("truncated"));
  EXPECT_EQ(stream.text(2), "ab");
  EXPECT_THAT(test::error_of([&] { stream.opcode(); }), HasSubstr("truncated"));
}

}  // namespace
}  // namespace blip
