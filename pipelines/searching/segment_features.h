#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/index/index_reader.h"
#include "pipelines/searching/search_model.h"

namespace blip {

// The image features of segments' frames: those that the index keeps, else from the frame, which is decoded again. The
// last ones stay in memory. Safe from any thread.
class SegmentFeatures {
 public:
  // `model` must live longer.
  explicit SegmentFeatures(SearchModel& model) : model_(model) {}

  // In the order of `segments`, null where there is no way to have them; why is in `warnings`, one line a video. All of
  // `segments` are in memory together: not more than some dozens at a time.
  std::vector<SearchModel::Features> get(const IndexReader& index, std::span<const SegmentRow> segments,
                                         std::vector<std::string>& warnings);

 private:
  using Found = std::vector<SearchModel::Features>;
  void look_up(std::span<const SegmentRow> segments, Found& found);
  void restore(const IndexReader& index, std::span<const SegmentRow> segments, Found& found,
               std::vector<std::string>& warnings);
  void decode(const IndexReader& index, std::span<const SegmentRow> segments, Found& found,
              std::vector<std::string>& warnings);
  void keep(std::span<const SegmentRow> segments, const Found& found);

  struct Kept {
    SegmentId segment;
    SearchModel::Features features;
  };

  SearchModel& model_;
  std::mutex mutex_;      // of what follows
  std::list<Kept> kept_;  // last used first
  std::unordered_map<SegmentId, std::list<Kept>::iterator> places_;
};

// [tokens, width] floats of what an index keeps; nothing when its numbers are not those of `tokens` x `width` finite
// values.
std::optional<Matrix> matrix_of(const StoredFeatures& stored, std::int64_t tokens, std::int64_t width);

}  // namespace blip
