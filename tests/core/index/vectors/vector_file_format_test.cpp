#include "core/index/vectors/vector_file_format.h"

#include <gtest/gtest.h>

#include <limits>

namespace blip {
namespace {

VectorFileHeader sound_header() {
  VectorFileHeader header;
  header.magic = kVectorFileMagic;
  header.version = kVectorFileVersion;
  header.rows = 7;
  header.header_sum = header_sum_of(header);
  return header;
}

TEST(VectorFileFormat, PartsFollowEachOther) {
  const auto layout = layout_of(40, kBlockRows + 1, 3);
  ASSERT_TRUE(layout);
  EXPECT_EQ(layout->width, 64);
  EXPECT_EQ(layout->blocks, 2);
  EXPECT_EQ(layout->values_bytes, 512 * 64 * 2);
  EXPECT_EQ(layout->labels, 4096 + 2 * 512 * 64 * 2);
  EXPECT_EQ(layout->sums, layout->labels + 2 * 512 * 4 * 8);
  EXPECT_EQ(layout->runs, layout->sums + 2 * 2 * 8);
  EXPECT_EQ(layout->end, layout->runs + 3 * 3 * 8);
}

TEST(VectorFileFormat, NumbersBeginOnACacheLineInEveryBlock) {
  for (const std::int64_t size : {1, 31, 33, 255, 768}) {
    const auto layout = layout_of(size, 10000, 1);
    ASSERT_TRUE(layout);
    EXPECT_EQ(kVectorFilePage % 64, 0);
    EXPECT_EQ(layout->values_bytes % 64, 0);
    EXPECT_EQ(layout->width * static_cast<std::int64_t>(sizeof(Half)) % 64, 0);
    EXPECT_GE(layout->width, size);
  }
}

TEST(VectorFileFormat, SizesThatNoFileHasAreRefused) {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  EXPECT_FALSE(layout_of(0, 1, 1));
  EXPECT_FALSE(layout_of(-5, 1, 1));
  EXPECT_FALSE(layout_of(kMost, 1, 1));
  EXPECT_FALSE(layout_of(256, -1, 0));
  EXPECT_FALSE(layout_of(256, kMost, 1));
  EXPECT_FALSE(layout_of(256, 10, 11));
  EXPECT_FALSE(layout_of(256, 10, -1));
  EXPECT_TRUE(layout_of(256, 0, 0));
}

TEST(VectorFileFormat, AHeaderIsKnownByMagicVersionAndChecksum) {
  EXPECT_EQ(fault_of(sound_header()), "");
  VectorFileHeader foreign = sound_header();
  foreign.magic ^= 1;
  EXPECT_EQ(fault_of(foreign), "it is not a file of vectors");
  VectorFileHeader newer = sound_header();
  newer.version = 99;
  EXPECT_EQ(fault_of(newer), "it has version 99, expected 1");
  for (std::int64_t VectorFileHeader::*const field :
       {&VectorFileHeader::sequence, &VectorFileHeader::removal, &VectorFileHeader::embedding_size,
        &VectorFileHeader::rows, &VectorFileHeader::runs}) {
    VectorFileHeader damaged = sound_header();
    damaged.*field ^= 4;
    EXPECT_EQ(fault_of(damaged), "its header is damaged");
  }
}

}  // namespace
}  // namespace blip
