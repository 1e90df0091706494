#include "core/index/vectors/vector_index.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>

#include "core/base/error.h"
#include "core/index/vectors/embedding_rows.h"
#include "core/index/vectors/row_source.h"
#include "core/index/vectors/vector_cache.h"
#include "core/index/vectors/vector_file.h"

namespace blip {
namespace {

class IndexRows : public RowSource {
 public:
  explicit IndexRows(const IndexReader& index) : index_(index), hold_(index.hold()) {}
  std::int64_t embedding_size() const override {
    const auto models = index_.models();
    return models ? models->embedding_size : 0;
  }
  VectorPlace place() const override { return index_.place(); }
  bool knows(const VectorPlace& place) const override { return index_.knows(place); }
  std::vector<SegmentId> removed_since(std::int64_t removal) const override { return index_.removed_since(removal); }
  VectorVisit visit(std::int64_t after, const std::function<void(const VectorRow&)>& see) const override {
    return index_.visit_vectors(after, see);
  }

 private:
  const IndexReader& index_;
  const IndexReader::Hold hold_;
};

std::filesystem::path vectors_beside(const std::filesystem::path& index) {
  return index.string() + ".vectors";
}

constexpr int kRepairs = 3;  // after which a search gives up: the disk does not keep what is written

}  // namespace

class VectorIndex::Impl {
 public:
  Impl(const IndexReader& index, int threads)
      : index_(index.path()), threads_(threads), cache_(vectors_beside(index.path())) {}

  void refresh(const IndexReader& index) { cache_.refresh(IndexRows(index)); }
  const VectorCache& cache() const { return cache_; }

  std::vector<std::vector<VectorHit>> search(std::span<const std::vector<float>> queries, std::size_t count,
                                             const RowFilter& filter) {
    check(queries);
    for (int repairs = 0;; ++repairs) {
      try {
        return cache_.search(queries, count, filter, threads_);
      } catch (const DamagedFile&) {
        if (repairs == kRepairs) throw;
      }
      refresh(IndexReader(index_));
    }
  }

 private:
  void check(std::span<const std::vector<float>> queries) const {
    const std::int64_t size = cache_.embedding_size();
    for (const std::vector<float>& query : queries) {
      if (size != 0 && (embeddings_in(size, std::ssize(query)) == 0 || query.size() != queries.front().size())) {
        throw Error(ErrorKind::kInvalidArgument, "a query of " + std::to_string(query.size()) + " numbers, expected " +
                                                     std::to_string(size) + ": was the index made with another model?");
      }
      if (!std::all_of(query.begin(), query.end(), [](float x) { return std::isfinite(x); })) {
        throw Error(ErrorKind::kInvalidArgument, "a query holds a number that is not finite");
      }
    }
  }

  const std::filesystem::path index_;
  const int threads_;
  VectorCache cache_;
};

VectorIndex::VectorIndex(const IndexReader& index, int threads) : impl_(std::make_unique<Impl>(index, threads)) {
  refresh(index);
}

VectorIndex::~VectorIndex() = default;

void VectorIndex::refresh(const IndexReader& index) {
  impl_->refresh(index);
}

VectorIndexState VectorIndex::state() const {
  return impl_->cache().state();
}

std::int64_t VectorIndex::embedding_size() const {
  return impl_->cache().embedding_size();
}

std::vector<VectorHit> VectorIndex::search(std::span<const float> query, std::size_t count,
                                           const RowFilter& filter) const {
  const std::vector<float> one(query.begin(), query.end());
  return std::move(search(std::span(&one, 1), count, filter).front());
}

std::vector<std::vector<VectorHit>> VectorIndex::search(std::span<const std::vector<float>> queries, std::size_t count,
                                                        const RowFilter& filter) const {
  return impl_->search(queries, count, filter);
}

}  // namespace blip
