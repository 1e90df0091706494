#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/index/search_filter.h"
#include "core/index/vectors/half_dot.h"
#include "core/index/vectors/row_blocks.h"
#include "core/index/vectors/top_hits.h"

namespace blip {

// Queries of one size as dot products want them: [count, width] float, the rest of each line is zeros.
class QueryMatrix {
 public:
  QueryMatrix(std::span<const std::vector<float>> queries, std::int64_t width);
  std::int64_t count() const { return count_; }
  std::int64_t width() const { return width_; }
  const float* data() const { return lines_.empty() ? nullptr : lines_.front().values; }

 private:
  struct alignas(64) Line {  // half as fast where a vector is spread over two lines of the cache
    float values[16] = {};
  };
  std::int64_t count_, width_;
  std::vector<Line> lines_;
};

// Offers to tops[q] what query q scores with the rows that `filter` lets through and that are not in `dead`. Where the
// rows are several times as wide as the queries, a row is so many vectors, of which the best one's score counts. Rows
// are filtered before they are scored; those of other videos are not looked at, and each block of rows is read once for
// all queries. `parts` says which of how many parts of the work to do, for several threads.
struct ScanPart {
  std::int64_t index = 0, count = 1;
};
void scan_rows(const RowBlocks& rows, const RowBits& dead, const RowFilter& filter, const QueryMatrix& queries,
               HalfDots dots, ScanPart part, std::span<TopHits> tops);

}  // namespace blip
