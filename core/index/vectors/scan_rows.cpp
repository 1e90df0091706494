#include "core/index/vectors/scan_rows.h"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <utility>

namespace blip {
namespace {

struct TimeRange {
  explicit TimeRange(const RowFilter& filter)
      : from(filter.from), to(filter.to), all(from <= 0 && to == std::numeric_limits<std::int64_t>::max()) {}
  bool holds(std::int64_t start, std::int64_t end) const { return (end > from) & (start < to); }

  std::int64_t from, to;
  bool all;
};

class BlockScan {
 public:
  BlockScan(const RowBlocks& rows, const RowBits& dead, const RowFilter& filter, const QueryMatrix& queries,
            HalfDots dots, std::span<TopHits> tops)
      : rows_(rows),
        dead_(dead),
        time_(filter),
        queries_(queries),
        dots_(dots),
        tops_(tops),
        parts_(rows.width() / queries.width()),
        vectors_(static_cast<std::size_t>(parts_ > 1 ? kBlockRows * parts_ : 0)),
        scores_(static_cast<std::size_t>(queries.count() * kBlockRows * parts_)) {}

  void scan(RowRange range) {
    for (std::int64_t row = range.first; row < range.first + range.count;) {
      const std::int64_t block = row / kBlockRows;
      const std::int64_t end = std::min((block + 1) * kBlockRows, range.first + range.count);
      scan_block(block, row - block * kBlockRows, end - block * kBlockRows);
      row = end;
    }
  }

 private:
  void scan_block(std::int64_t block, std::int64_t first, std::int64_t last) {
    const std::int64_t count = pick(block, first, last);
    if (count == 0) return;
    const std::int64_t stride = kBlockRows * parts_;
    const std::int32_t* picked = parts_ > 1 ? vectors_of_picked(count) : picked_.data();
    dots_(rows_.values(block), queries_.width(), picked, count * parts_, queries_.data(), queries_.count(),
          scores_.data(), stride);
    for (std::int64_t q = 0; q < queries_.count(); ++q) {
      TopHits& top = tops_[static_cast<std::size_t>(q)];
      float* scores = scores_.data() + q * stride;
      if (parts_ > 1) keep_best(scores, count);
      for (std::int64_t i = 0; i < count; ++i) {
        if (scores[i] >= top.floor()) offer(top, rows_.labels(block), picked_[static_cast<std::size_t>(i)], scores[i]);
      }
    }
  }

  // The vectors of the rows that are picked, numbered as if each were a row.
  const std::int32_t* vectors_of_picked(std::int64_t count) {
    const auto parts = static_cast<std::int32_t>(parts_);
    auto to = vectors_.begin();
    for (std::int64_t i = 0; i < count; ++i)
      for (std::int32_t part = 0; part < parts; ++part) *to++ = picked_[static_cast<std::size_t>(i)] * parts + part;
    return vectors_.data();
  }

  // Of the scores of each row's vectors the largest, at the row's place.
  void keep_best(float* scores, std::int64_t count) const {
    for (std::int64_t i = 0; i < count; ++i)
      scores[i] = *std::max_element(scores + i * parts_, scores + (i + 1) * parts_);
  }

  // Which rows of [first, last) to score.
  std::int64_t pick(std::int64_t block, std::int64_t first, std::int64_t last) {
    const std::int64_t base = block * kBlockRows;
    const bool some_dead = dead_.any(base + first, last - first);
    if (!some_dead && time_.all) {
      std::iota(picked_.begin(), picked_.begin() + (last - first), static_cast<std::int32_t>(first));
      return last - first;
    }
    std::int64_t count = 0;
    if (time_.all) {
      for (std::int64_t row = first; row < last; ++row) {
        picked_[static_cast<std::size_t>(count)] = static_cast<std::int32_t>(row);
        count += !dead_.get(base + row);
      }
      return count;
    }
    const RowLabels labels = rows_.labels(block);
    for (std::int64_t row = first; row < last; ++row) {
      picked_[static_cast<std::size_t>(count)] = static_cast<std::int32_t>(row);
      count += time_.holds(labels.starts[row], labels.ends[row]) && !(some_dead && dead_.get(base + row));
    }
    return count;
  }

  static void offer(TopHits& top, const RowLabels& labels, std::int32_t row, float score) {
    top.offer({labels.segments[row], labels.videos[row], labels.starts[row], labels.ends[row], score});
  }

  const RowBlocks& rows_;
  const RowBits& dead_;
  const TimeRange time_;
  const QueryMatrix& queries_;
  const HalfDots dots_;
  const std::span<TopHits> tops_;
  const std::int64_t parts_;  // vectors a row
  std::array<std::int32_t, kBlockRows> picked_;
  std::vector<std::int32_t> vectors_;
  std::vector<float> scores_;
};

// The part of these rows, taken as one line of them, that is the caller's: whole blocks where that is possible.
std::vector<RowRange> share(std::vector<RowRange> ranges, ScanPart part) {
  if (part.count == 1) return ranges;
  std::int64_t total = 0;
  for (const RowRange& range : ranges) total += range.count;
  const auto edge = [&](std::int64_t index) {
    return index == part.count ? total : total * index / part.count / kBlockRows * kBlockRows;
  };
  const std::int64_t begin = edge(part.index), end = edge(part.index + 1);
  std::vector<RowRange> mine;
  std::int64_t before = 0;
  for (const RowRange& range : ranges) {
    const std::int64_t from = std::max(begin - before, std::int64_t{0});
    const std::int64_t to = std::min(end - before, range.count);
    if (from < to) mine.push_back({range.first + from, to - from});
    before += range.count;
  }
  return mine;
}

}  // namespace

QueryMatrix::QueryMatrix(std::span<const std::vector<float>> queries, std::int64_t width)
    : count_(static_cast<std::int64_t>(queries.size())),
      width_(width),
      lines_(static_cast<std::size_t>(count_ * width_ / std::ssize(Line{}.values))) {
  float* to = lines_.empty() ? nullptr : lines_.front().values;
  for (const std::vector<float>& query : queries) {
    std::copy(query.begin(), query.end(), to);
    to += width_;
  }
}

void scan_rows(const RowBlocks& rows, const RowBits& dead, const RowFilter& filter, const QueryMatrix& queries,
               HalfDots dots, ScanPart part, std::span<TopHits> tops) {
  if (rows.rows() == 0 || queries.count() == 0) return;
  BlockScan scan(rows, dead, filter, queries, dots, tops);
  auto ranges = filter.all_videos ? std::vector<RowRange>{{0, rows.rows()}} : rows.rows_of(filter.videos);
  for (const RowRange& range : share(std::move(ranges), part)) scan.scan(range);
}

}  // namespace blip
