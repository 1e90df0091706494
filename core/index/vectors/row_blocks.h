#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/index/index_types.h"
#include "core/index/vectors/half_dot.h"

namespace blip {

inline constexpr std::int64_t kBlockRows = 512;

// What is known of the rows of one block, besides their numbers: [kBlockRows] each, of which those that exist count.
struct RowLabels {
  const SegmentId* segments;
  const VideoId* videos;
  const std::int64_t* starts;  // nanoseconds
  const std::int64_t* ends;
};

struct RowRange {
  std::int64_t first = 0, count = 0;
};

// Rows 0 … rows() - 1 in blocks of kBlockRows, wherever they lie. Safe from any thread.
class RowBlocks {
 public:
  virtual ~RowBlocks() = default;
  virtual std::int64_t rows() const = 0;
  virtual std::int64_t width() const = 0;  // numbers a row, a multiple of kDotWidth
  // Both throw DamagedFile where a file turns out to be that.
  virtual RowLabels labels(std::int64_t block) const = 0;
  virtual const Half* values(std::int64_t block) const = 0;  // [kBlockRows, width()], on a 64-byte boundary
  // The rows of these videos (sorted), ascending.
  virtual std::vector<RowRange> rows_of(std::span<const VideoId> videos) const = 0;
};

// A bit a row.
class RowBits {
 public:
  bool get(std::int64_t row) const {
    const auto word = static_cast<std::size_t>(row / 64);
    return word < words_.size() && (words_[word] >> (row % 64) & 1) != 0;
  }
  void set(std::int64_t row) {
    const auto word = static_cast<std::size_t>(row / 64);
    if (word >= words_.size()) words_.resize(word + 1);
    words_[word] |= std::uint64_t{1} << (row % 64);
  }
  // Whether one of [first, first + count) is set.
  bool any(std::int64_t first, std::int64_t count) const {
    for (std::int64_t row = first; row < first + count;) {
      if (row % 64 == 0 && row + 64 <= first + count) {
        const auto word = static_cast<std::size_t>(row / 64);
        if (word >= words_.size()) return false;
        if (words_[word] != 0) return true;
        row += 64;
      } else if (get(row++)) {
        return true;
      }
    }
    return false;
  }

 private:
  std::vector<std::uint64_t> words_;
};

// `size` numbers as rows and queries have them.
constexpr std::int64_t padded_width(std::int64_t size) {
  return (size + kDotWidth - 1) / kDotWidth * kDotWidth;
}

}  // namespace blip
