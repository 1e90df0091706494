#include "core/index/vectors/vector_snapshot.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <thread>
#include <utility>

#include "core/index/vectors/embedding_rows.h"
#include "core/index/vectors/vector_file_writer.h"

namespace blip {
namespace {

// Below this a thread takes longer to start than to save.
constexpr std::int64_t kRowsWorthAThread = 1 << 16;

struct RowPlace {
  VideoId video;
  const RowBlocks* rows;
  std::int64_t row;
};

void append_rows(const RowBlocks& rows, const RowBits& removed, std::vector<RowPlace>& places) {
  RowLabels labels{};
  for (std::int64_t row = 0; row < rows.rows(); ++row) {
    if (row % kBlockRows == 0) labels = rows.labels(row / kBlockRows);
    if (!removed.get(row)) places.push_back({labels.videos[row % kBlockRows], &rows, row});
  }
}

}  // namespace

VectorSnapshot::VectorSnapshot(std::int64_t embedding_size)
    : embedding_size_(embedding_size), added_(std::max<std::int64_t>(embedding_size, 1)) {}

VectorSnapshot::VectorSnapshot(std::shared_ptr<const VectorFile> file)
    : place(file->place()), embedding_size_(file->embedding_size()), file_(std::move(file)), added_(embedding_size_) {}

void VectorSnapshot::add(const VectorRow& row) {
  added_.add(row.segment, row.video, row.start, row.end, row.embedding);
}

void VectorSnapshot::remove(std::vector<SegmentId> segments) {
  if (segments.empty()) return;
  std::sort(segments.begin(), segments.end());
  if (file_) removed_ += remove_from(*file_, segments, removed_from_file_);
  removed_ += remove_from(added_, segments, removed_from_added_);
}

std::int64_t VectorSnapshot::remove_from(const RowBlocks& rows, std::span<const SegmentId> sorted,
                                         RowBits& removed) const {
  std::int64_t count = 0;
  const SegmentId least = sorted.front(), most = sorted.back();
  for (std::int64_t row = 0; row < rows.rows();) {
    const RowLabels labels = rows.labels(row / kBlockRows);
    const std::int64_t in_block = std::min(kBlockRows, rows.rows() - row);
    for (std::int64_t i = 0; i < in_block; ++i, ++row) {
      const SegmentId segment = labels.segments[i];
      if (segment < least || segment > most || removed.get(row)) continue;
      if (!std::binary_search(sorted.begin(), sorted.end(), segment)) continue;
      removed.set(row);
      ++count;
    }
  }
  return count;
}

// Queries for rows of several embeddings make up for what these were divided by.
QueryMatrix VectorSnapshot::matrix_of(std::span<const std::vector<float>> queries) const {
  const std::int64_t size = queries.empty() ? embedding_size_ : std::ssize(queries.front());
  const std::int64_t parts = embeddings_in(embedding_size_, size);
  if (parts < 2) return {queries, padded_width(embedding_size_)};
  std::vector<std::vector<float>> scaled(queries.begin(), queries.end());
  const auto scale = static_cast<float>(std::sqrt(static_cast<double>(parts)));
  for (std::vector<float>& query : scaled)
    for (float& value : query) value *= scale;
  return {scaled, padded_width(size)};
}

std::vector<std::vector<VectorHit>> VectorSnapshot::search(std::span<const std::vector<float>> queries,
                                                           std::size_t count, const RowFilter& filter,
                                                           int threads) const {
  if (rows() == 0) return std::vector<std::vector<VectorHit>>(queries.size());
  if (file_) file_->expect_whole();
  const auto matrix = matrix_of(queries);
  const HalfDots dots = half_dots();
  const std::int64_t parts = std::clamp<std::int64_t>(rows() / kRowsWorthAThread, 1, std::max(threads, 1));
  std::vector<std::vector<TopHits>> tops(static_cast<std::size_t>(parts),
                                         std::vector<TopHits>(queries.size(), TopHits(count)));
  std::vector<std::exception_ptr> failures(tops.size());
  const auto scan = [&](std::size_t part) {
    try {
      const ScanPart share{static_cast<std::int64_t>(part), parts};
      if (file_) scan_rows(*file_, removed_from_file_, filter, matrix, dots, share, tops[part]);
      scan_rows(added_, removed_from_added_, filter, matrix, dots, share, tops[part]);
    } catch (...) {
      failures[part] = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> others;
    for (std::size_t part = 1; part < tops.size(); ++part) others.emplace_back(scan, part);
    scan(0);
  }
  for (const std::exception_ptr& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
  std::vector<std::vector<VectorHit>> found;
  for (std::size_t q = 0; q < queries.size(); ++q) {
    for (std::size_t part = 1; part < tops.size(); ++part) {
      for (const VectorHit& hit : tops[part][q].take()) tops[0][q].offer(hit);
    }
    found.push_back(tops[0][q].take());
  }
  return found;
}

VectorSnapshot VectorSnapshot::write(const std::filesystem::path& path) const {
  std::vector<RowPlace> places;
  places.reserve(static_cast<std::size_t>(rows()));
  if (file_) {
    file_->expect_whole();
    append_rows(*file_, removed_from_file_, places);
  }
  append_rows(added_, removed_from_added_, places);
  std::stable_sort(places.begin(), places.end(),
                   [](const RowPlace& a, const RowPlace& b) { return a.video < b.video; });
  VectorFileWriter writer(path, embedding_size_);
  for (const RowPlace& from : places) {
    const std::int64_t block = from.row / kBlockRows, row = from.row % kBlockRows;
    const RowLabels labels = from.rows->labels(block);
    const Half* values = from.rows->values(block) + row * from.rows->width();
    writer.add(labels.segments[row], from.video, labels.starts[row], labels.ends[row],
               {values, static_cast<std::size_t>(embedding_size_)});
  }
  return VectorSnapshot(writer.finish(place));
}

}  // namespace blip
