#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "core/base/half_float.h"
#include "core/index/search_filter.h"
#include "core/index/vectors/scan_rows.h"

namespace blip::test {

// A row as a list by hand has it.
struct Row {
  SegmentId segment = 0;
  VideoId video = 0;
  std::int64_t start = 0, end = 0;
  std::vector<Half> values;
};

inline std::vector<float> random_query(std::mt19937_64& random, std::int64_t size) {
  std::normal_distribution<float> normal(0, 0.1F);
  std::vector<float> query(static_cast<std::size_t>(size));
  for (float& x : query) x = normal(random);
  return query;
}

// A segment of one of `videos` videos in its first 100 ns. Every eighth has the numbers of all such rows of its video,
// so that scores are equal now and then.
inline Row random_row(std::mt19937_64& random, SegmentId segment, VideoId videos, std::int64_t size) {
  Row row;
  row.segment = segment;
  row.video = 1 + static_cast<VideoId>(random() % static_cast<std::uint64_t>(videos));
  row.start = static_cast<std::int64_t>(random() % 100);
  row.end = row.start + 1 + static_cast<std::int64_t>(random() % 10);
  std::mt19937_64 same(static_cast<std::uint64_t>(row.video));
  row.values = to_halves(random_query(random() % 8 == 0 ? same : random, size));
  return row;
}

inline std::vector<Row> random_rows(std::mt19937_64& random, std::int64_t count, VideoId videos, std::int64_t size) {
  std::vector<Row> rows;
  for (SegmentId segment = 1; segment <= count; ++segment) rows.push_back(random_row(random, segment, videos, size));
  return rows;
}

// What the scan must say of one row alone.
inline float score_of(const Row& row, const std::vector<float>& query) {
  const std::int64_t width = padded_width(std::ssize(query));
  struct alignas(64) Line {
    Half values[kDotWidth] = {};
  };
  std::vector<Line> lines(static_cast<std::size_t>(width / kDotWidth));
  for (std::size_t i = 0; i < row.values.size(); ++i) lines[i / kDotWidth].values[i % kDotWidth] = row.values[i];
  const QueryMatrix matrix(std::span(&query, 1), width);
  const std::int32_t first = 0;
  float score = 0;
  half_dots()(lines[0].values, width, &first, 1, matrix.data(), 1, &score, 1);
  return score;
}

// All rows that the filter lets through, sorted: the definition of a search.
inline std::vector<VectorHit> expected_hits(const std::vector<Row>& rows, const std::vector<float>& query,
                                            std::size_t count, const RowFilter& filter = {}) {
  std::vector<VectorHit> hits;
  for (const Row& row : rows) {
    const bool wanted = filter.all_videos || std::count(filter.videos.begin(), filter.videos.end(), row.video) > 0;
    if (!wanted || row.end <= filter.from || row.start >= filter.to) continue;
    hits.push_back({row.segment, row.video, row.start, row.end, score_of(row, query)});
  }
  std::sort(hits.begin(), hits.end(), [](const VectorHit& a, const VectorHit& b) {
    return a.score > b.score || (a.score == b.score && a.segment < b.segment);
  });
  if (hits.size() > count) hits.resize(count);
  return hits;
}

inline RowFilter random_filter(std::mt19937_64& random, VideoId videos) {
  RowFilter filter;
  filter.all_videos = random() % 3 == 0;
  for (VideoId video = -1; video <= videos + 2 && !filter.all_videos; ++video) {
    if (random() % 4 == 0) filter.videos.push_back(video);
  }
  if (random() % 2 == 0) filter.from = static_cast<std::int64_t>(random() % 120);
  if (random() % 2 == 0) filter.to = static_cast<std::int64_t>(random() % 120);
  return filter;
}

inline std::string text_of(const std::vector<VectorHit>& hits) {
  std::string text;
  for (const VectorHit& hit : hits) {
    text += std::to_string(hit.segment) + " of " + std::to_string(hit.video) + " " + std::to_string(hit.start) + "-" +
            std::to_string(hit.end) + ": " + std::to_string(std::bit_cast<std::uint32_t>(hit.score)) + "\n";
  }
  return text;
}

}  // namespace blip::test
