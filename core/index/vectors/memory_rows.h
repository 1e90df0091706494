#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/index/vectors/row_blocks.h"

namespace blip {

// Rows in memory, to which more can be added. Copies share the blocks: a copy goes on seeing the rows that it has while
// the other grows. Of the copies only one may grow.
class MemoryRows : public RowBlocks {
 public:
  explicit MemoryRows(std::int64_t embedding_size = 1);

  void add(SegmentId segment, VideoId video, std::int64_t start, std::int64_t end, std::span<const Half> values);

  std::int64_t rows() const override { return rows_; }
  std::int64_t width() const override { return width_; }
  RowLabels labels(std::int64_t block) const override;
  const Half* values(std::int64_t block) const override;
  std::vector<RowRange> rows_of(std::span<const VideoId> videos) const override;

 private:
  class Block {
   public:
    explicit Block(std::int64_t width);
    std::int64_t labels[4][kBlockRows];  // segments, videos, starts, ends
    Half* values() const { return values_.get(); }

   private:
    struct Free {
      void operator()(Half* values) const;
    };
    std::unique_ptr<Half[], Free> values_;
  };

  std::int64_t embedding_size_, width_, rows_ = 0;
  std::vector<std::shared_ptr<Block>> blocks_;
};

}  // namespace blip
