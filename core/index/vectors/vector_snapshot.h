#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "core/index/index_reader.h"
#include "core/index/search_filter.h"
#include "core/index/vectors/memory_rows.h"
#include "core/index/vectors/scan_rows.h"
#include "core/index/vectors/vector_file.h"

namespace blip {

// What a search looks at: the rows of a file, those that came since, and which of both are gone. Never changed once
// others see it; a copy shares the rows.
class VectorSnapshot {
 public:
  explicit VectorSnapshot(std::int64_t embedding_size = 0);         // no rows
  explicit VectorSnapshot(std::shared_ptr<const VectorFile> file);  // its rows

  std::int64_t embedding_size() const { return embedding_size_; }
  const std::shared_ptr<const VectorFile>& file() const { return file_; }
  std::int64_t rows() const { return cached_rows() + added_rows() - removed_rows(); }
  std::int64_t cached_rows() const { return file_ ? file_->rows() : 0; }
  std::int64_t added_rows() const { return added_.rows(); }
  std::int64_t removed_rows() const { return removed_; }

  VectorPlace place;  // of the index, which these are the rows of

  void add(const VectorRow& row);
  void remove(std::vector<SegmentId> segments);  // those that are not here are passed over

  // See VectorIndex::search; queries are of one size that goes with the rows'. `threads` at most.
  std::vector<std::vector<VectorHit>> search(std::span<const std::vector<float>> queries, std::size_t count,
                                             const RowFilter& filter, int threads) const;

  // Writes the rows that are not gone, those of a video beside each other. Throws UnwritableFile.
  VectorSnapshot write(const std::filesystem::path& path) const;

 private:
  QueryMatrix matrix_of(std::span<const std::vector<float>> queries) const;
  std::int64_t remove_from(const RowBlocks& rows, std::span<const SegmentId> sorted, RowBits& removed) const;

  std::int64_t embedding_size_;
  std::shared_ptr<const VectorFile> file_;
  MemoryRows added_;
  RowBits removed_from_file_, removed_from_added_;
  std::int64_t removed_ = 0;
};

}  // namespace blip
