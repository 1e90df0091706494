#include "core/index/vectors/memory_rows.h"

#include <algorithm>
#include <new>

namespace blip {
namespace {

constexpr std::align_val_t kCacheLine{64};

}  // namespace

MemoryRows::Block::Block(std::int64_t width) {
  const auto size = static_cast<std::size_t>(kBlockRows * width);
  values_.reset(static_cast<Half*>(::operator new(size * sizeof(Half), kCacheLine)));
  std::fill_n(values_.get(), size, Half{0});
}

void MemoryRows::Block::Free::operator()(Half* values) const {
  ::operator delete(values, kCacheLine);
}

MemoryRows::MemoryRows(std::int64_t embedding_size)
    : embedding_size_(embedding_size), width_(padded_width(embedding_size)) {}

void MemoryRows::add(SegmentId segment, VideoId video, std::int64_t start, std::int64_t end,
                     std::span<const Half> values) {
  const std::int64_t row = rows_ % kBlockRows;
  if (row == 0) blocks_.push_back(std::make_shared<Block>(width_));
  Block& block = *blocks_.back();
  block.labels[0][row] = segment;
  block.labels[1][row] = video;
  block.labels[2][row] = start;
  block.labels[3][row] = end;
  std::copy_n(values.begin(), embedding_size_, block.values() + row * width_);
  ++rows_;
}

RowLabels MemoryRows::labels(std::int64_t block) const {
  const auto& labels = blocks_[static_cast<std::size_t>(block)]->labels;
  return {labels[0], labels[1], labels[2], labels[3]};
}

const Half* MemoryRows::values(std::int64_t block) const {
  return blocks_[static_cast<std::size_t>(block)]->values();
}

std::vector<RowRange> MemoryRows::rows_of(std::span<const VideoId> videos) const {
  std::vector<RowRange> ranges;
  VideoId last = 0;
  bool wanted = false;
  for (std::int64_t row = 0; row < rows_; ++row) {
    const VideoId video = blocks_[static_cast<std::size_t>(row / kBlockRows)]->labels[1][row % kBlockRows];
    const bool before = wanted;
    if (row == 0 || video != last) wanted = std::binary_search(videos.begin(), videos.end(), video);
    last = video;
    if (!wanted) continue;
    if (row == 0 || !before) ranges.push_back({row, 0});
    ++ranges.back().count;
  }
  return ranges;
}

}  // namespace blip
