#include "pipelines/serve/http/byte_range.h"

#include <gtest/gtest.h>

#include <string>

namespace blip {
namespace {

using Kind = ByteRange::Kind;

void expect_part(const std::string& header, std::uint64_t size, std::uint64_t first, std::uint64_t length) {
  const ByteRange range = parse_range(header, size);
  EXPECT_EQ(range.kind, Kind::kPart) << header;
  EXPECT_EQ(range.first, first) << header;
  EXPECT_EQ(range.length, length) << header;
}

TEST(ByteRange, FirstAndLastByteBothCount) {
  expect_part("bytes=0-0", 100, 0, 1);
  expect_part("bytes=10-19", 100, 10, 10);
  expect_part("bytes=99-99", 100, 99, 1);
}

TEST(ByteRange, AnOpenEndAndASuffixReachTheLastByte) {
  expect_part("bytes=90-", 100, 90, 10);
  expect_part("bytes=-10", 100, 90, 10);
  expect_part("bytes=-1000", 100, 0, 100);
}

TEST(ByteRange, AnEndBehindTheLastByteIsCut) {
  expect_part("bytes=50-1000", 100, 50, 50);
  expect_part("bytes=50-99999999999999999999999999", 100, 50, 50);
}

TEST(ByteRange, WhatIsNotThereCannotBeSatisfied) {
  for (const char* header : {"bytes=100-", "bytes=100-200", "bytes=-0", "bytes=99999999999999999999999999-"})
    EXPECT_EQ(parse_range(header, 100).kind, Kind::kUnsatisfiable) << header;
  EXPECT_EQ(parse_range("bytes=0-", 0).kind, Kind::kUnsatisfiable);
  EXPECT_EQ(parse_range("bytes=-5", 0).kind, Kind::kUnsatisfiable);
}

TEST(ByteRange, WhatIsNoRangeCannotBeSatisfied) {
  for (const char* header : {"bytes=", "bytes=-", "bytes=a-b", "bytes=1-b", "bytes=5-2", "bytes=1", "bytes=0x1-2",
                             "bytes= 1-2", "bytes=1--2", "bytes=+1-2"})
    EXPECT_EQ(parse_range(header, 100).kind, Kind::kUnsatisfiable) << header;
}

TEST(ByteRange, OtherUnitsAndSeveralRangesMeanTheWhole) {
  for (const char* header : {"", "items=0-1", "bytes", "bytes=0-1,5-6"})
    EXPECT_EQ(parse_range(header, 100).kind, Kind::kWhole) << header;
}

}  // namespace
}  // namespace blip
