#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/index/search_filter.h"
#include "core/index/vectors/row_source.h"
#include "core/index/vectors/vector_index_state.h"
#include "core/index/vectors/vector_snapshot.h"

namespace blip {

// Decides when the file of vectors is read, followed and made anew. search() and state() are safe from any thread;
// refresh() waits for another one.
class VectorCache {
 public:
  explicit VectorCache(std::filesystem::path file);

  void refresh(const RowSource& source);
  VectorIndexState state() const;
  std::int64_t embedding_size() const { return snapshot()->embedding_size(); }
  // Throws DamagedFile when the file turns out to be that; the next refresh() makes it anew.
  std::vector<std::vector<VectorHit>> search(std::span<const std::vector<float>> queries, std::size_t count,
                                             const RowFilter& filter, int threads) const;

 private:
  std::shared_ptr<const VectorSnapshot> snapshot() const;
  // Each returns all rows of `source`: by following those that are there, …
  VectorSnapshot followed(const RowSource& source);
  VectorSnapshot brought_up(const RowSource& source, VectorSnapshot rows);
  VectorSnapshot opened(const RowSource& source);     // … those of the file, …
  VectorSnapshot made_anew(const RowSource& source);  // … or from nothing.
  void follow(const RowSource& source, VectorSnapshot& rows);

  bool is_worth_writing(const VectorSnapshot& rows) const;
  VectorSnapshot written(VectorSnapshot rows);  // the same rows in a new file, where that can be written
  void put_off_writing(const Error& error, const VectorSnapshot& rows);
  void warn(const std::string& what);
  void note(const VectorVisit& visit);

  const std::filesystem::path file_;
  std::mutex refreshing_;
  VectorIndexState next_;          // of the refresh that is going on
  std::string unwritable_;         // why the last attempt to write failed; empty: it did not
  std::int64_t next_attempt_ = 0;  // then: changes in memory from which on it is tried again

  mutable std::mutex published_;
  std::shared_ptr<const VectorSnapshot> snapshot_;
  VectorIndexState state_;
};

}  // namespace blip
