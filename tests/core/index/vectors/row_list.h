#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <vector>

#include "core/index/vectors/row_source.h"
#include "tests/core/index/vectors/random_rows.h"

namespace blip::test {

// An index that is a list: rows begin to answer, cease, and follow in whatever order of ids.
class RowList : public RowSource {
 public:
  explicit RowList(std::int64_t size) : size_(size) {}

  void add(Row row) { rows_.push_back({++place_.sequence, std::move(row)}); }
  void remove(SegmentId segment) {
    const auto gone = std::find_if(rows_.begin(), rows_.end(), [&](const auto& r) { return r.row.segment == segment; });
    if (gone == rows_.end()) return;
    rows_.erase(gone);
    removals_.push_back(segment);
    ++place_.removal;
  }
  // Copies of an older state are not to be trusted any more.
  void restart() { place_.session = ++sessions_; }
  void resize(std::int64_t size) { size_ = size; }
  std::int64_t damaged = 0;

  std::vector<Row> answering() const {
    std::vector<Row> rows;
    for (const auto& row : rows_) rows.push_back(row.row);
    return rows;
  }

  std::int64_t embedding_size() const override { return size_; }
  VectorPlace place() const override { return place_; }
  bool knows(const VectorPlace& place) const override {
    return place.session == place_.session && place.sequence <= place_.sequence && place.removal <= place_.removal;
  }
  std::vector<SegmentId> removed_since(std::int64_t removal) const override {
    return {removals_.begin() + removal, removals_.end()};
  }
  VectorVisit visit(std::int64_t after, const std::function<void(const VectorRow&)>& see) const override {
    VectorVisit visit{0, damaged};
    for (const auto& [sequence, row] : rows_) {
      if (sequence <= after) continue;
      see({sequence, row.segment, row.video, row.start, row.end, row.values});
      ++visit.rows;
    }
    visited += visit.rows;
    return visit;
  }
  mutable std::int64_t visited = 0;  // rows, in all

 private:
  struct Answering {
    std::int64_t sequence;
    Row row;
  };
  std::int64_t size_;
  std::uint64_t sessions_ = 1;
  VectorPlace place_{1, 0, 0};
  std::vector<Answering> rows_;
  std::vector<SegmentId> removals_;
};

}  // namespace blip::test
