#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "core/index/vectors/row_blocks.h"

namespace blip {

// NAME.vectors: a header page; the numbers of all rows, in whole blocks; their labels, block by block (segments,
// videos, starts, ends); two checksums a block; the runs. Numbers as the machine has them: the file never leaves it.
struct VectorFileHeader {
  std::uint64_t magic = 0;
  std::uint64_t version = 0;
  std::uint64_t session = 0;  // VectorPlace, which the rows follow the index up to
  std::int64_t sequence = 0, removal = 0;
  std::int64_t embedding_size = 0;
  std::int64_t rows = 0;
  std::int64_t runs = 0;
  std::uint64_t tables_sum = 0;  // XXH3 of the checksums and the runs
  std::uint64_t header_sum = 0;  // XXH3 of what is above
};

// Of one block; whole blocks, also of the last.
struct BlockSums {
  std::uint64_t values = 0, labels = 0;  // XXH3
};

// Rows beside each other that are of one video. Sorted by video, then by row.
struct VideoRun {
  VideoId video = 0;
  std::int64_t first = 0, count = 0;
};

inline constexpr std::uint64_t kVectorFileMagic = 0x524f54434556'4c42;  // "BLVECTOR"
inline constexpr std::uint64_t kVectorFileVersion = 1;
inline constexpr std::int64_t kVectorFilePage = 4096;  // where the numbers begin
inline constexpr std::int64_t kLabelsBytes = 4 * 8 * kBlockRows;

// Where what is, in bytes from the file's begin.
struct VectorFileLayout {
  std::int64_t width = 0;         // numbers a row, padded
  std::int64_t blocks = 0;        // of kBlockRows rows
  std::int64_t values_bytes = 0;  // of one block
  std::int64_t labels = 0, sums = 0, runs = 0, end = 0;
};

// Nothing for sizes that no file can have.
std::optional<VectorFileLayout> layout_of(std::int64_t embedding_size, std::int64_t rows, std::int64_t runs);

std::uint64_t sum_of(const void* bytes, std::size_t size);
std::uint64_t header_sum_of(const VectorFileHeader& header);
// Why this is no header of ours, as a part of a sentence; empty when it is one.
std::string fault_of(const VectorFileHeader& header);

}  // namespace blip
