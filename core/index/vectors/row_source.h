#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "core/index/index_reader.h"

namespace blip {

// What a copy of the embeddings is made from: see IndexReader, whose calls these are. All calls see one state.
class RowSource {
 public:
  virtual ~RowSource() = default;
  virtual std::int64_t embedding_size() const = 0;  // 0: nothing is settled yet
  virtual VectorPlace place() const = 0;
  virtual bool knows(const VectorPlace& place) const = 0;
  virtual std::vector<SegmentId> removed_since(std::int64_t removal) const = 0;
  virtual VectorVisit visit(std::int64_t after, const std::function<void(const VectorRow&)>& see) const = 0;
};

}  // namespace blip
