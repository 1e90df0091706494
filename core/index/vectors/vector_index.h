#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "core/index/index_reader.h"
#include "core/index/search_filter.h"

namespace blip {

struct VectorHit {
  SegmentId segment = 0;
  VideoId video = 0;
  std::int64_t start = 0, end = 0;  // nanoseconds
  float score = 0;                  // dot product with the query
};

struct VectorIndexState {
  std::int64_t rows = 0;    // that answer
  std::int64_t cached = 0;  // rows in the mapped file; the rest is held in memory
  bool rebuilt = false;     // the file was made anew by this refresh
  std::string warning;      // why the file could not be used or written, one line; the scan works without it
};

// Exact search over the embeddings of an index: all rows that the filter lets through are compared with the query. The
// rows lie in a file beside the index (NAME.vectors), half precision, memory-mapped; it is a copy that can be thrown
// away at any time: it is made again from the index, into a temporary that is renamed. Rows that came since are read
// from the index and kept in memory until they are many; removed ones are passed over. A block of the file is held
// against its checksum before it is first used; a damaged file is a warning and is made anew. search() is safe from any
// thread, refresh() from one at a time, also while others search.
class VectorIndex {
 public:
  // Opens the file, makes it if it is lacking. Throws what IndexReader throws; not for a cache that cannot be written.
  explicit VectorIndex(const IndexReader& index);
  ~VectorIndex();
  VectorIndex(const VectorIndex&) = delete;
  VectorIndex& operator=(const VectorIndex&) = delete;

  // Follows what was added and removed since.
  void refresh(const IndexReader& index);
  VectorIndexState state() const;
  std::int64_t embedding_size() const;

  // The `count` best rows, best first; equal scores by id. `query` [E]. Throws Error(kInvalidArgument) for another
  // size.
  std::vector<VectorHit> search(std::span<const float> query, std::size_t count, const RowFilter& filter = {}) const;
  // Several queries in one pass over the rows.
  std::vector<std::vector<VectorHit>> search(std::span<const std::vector<float>> queries, std::size_t count,
                                             const RowFilter& filter = {}) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace blip
