#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/index/index_reader.h"
#include "core/index/search_filter.h"
#include "core/index/vectors/vector_hit.h"
#include "core/index/vectors/vector_index_state.h"

namespace blip {

// Exact search over the embeddings of an index: all rows that the filter lets through are compared with the query. The
// rows lie in a file beside the index (NAME.vectors), half precision, memory-mapped; it is a copy that can be thrown
// away at any time: it is made again from the index, into a temporary that is renamed. Rows that came since are read
// from the index and kept in memory until they are many; removed ones are passed over. A block of the file is held
// against its checksum before it is first used; a damaged file is a warning and is made anew. search() and refresh()
// are safe from any thread, also at the same time; a reader belongs to its thread.
class VectorIndex {
 public:
  // Opens the file, makes it if it is lacking. Throws what IndexReader throws; not for a cache that cannot be written.
  // A search takes `threads` at most.
  explicit VectorIndex(const IndexReader& index, int threads = 1);
  ~VectorIndex();
  VectorIndex(const VectorIndex&) = delete;
  VectorIndex& operator=(const VectorIndex&) = delete;

  // Follows what was added and removed since. Cheap where that is nothing.
  void refresh(const IndexReader& index);
  VectorIndexState state() const;
  std::int64_t embedding_size() const;  // 0: the index has no videos yet

  // The `count` best rows, best first; equal scores by id. `query` [E], or, where a segment has several embeddings
  // (embedding_rows.h), of the size of one: then the score is the best one's. Throws Error(kInvalidArgument) for
  // another size or a number that is not finite. A search that finds the file damaged makes it anew, and then throws
  // what IndexReader throws.
  std::vector<VectorHit> search(std::span<const float> query, std::size_t count, const RowFilter& filter = {}) const;
  // Several queries of one size in one pass over the rows.
  std::vector<std::vector<VectorHit>> search(std::span<const std::vector<float>> queries, std::size_t count,
                                             const RowFilter& filter = {}) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace blip
