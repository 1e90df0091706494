#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/index/index_types.h"

namespace blip {

// A segment that is a result, before it is put together with its neighbours.
struct SegmentHit {
  SegmentId segment = 0;
  VideoId video = 0;
  std::int64_t start = 0, end = 0;  // nanoseconds
};

// Segments of one video that follow each other, as one result.
struct HitSpan {
  VideoId video = 0;
  std::int64_t start = 0, end = 0;
  std::size_t best = 0;              // the place of its best hit in the order in which hits were added
  std::vector<SegmentHit> segments;  // by time
};

// Puts hits together as they come, best first, a block at a time: those of a block that lie closer than `gap` become
// one span, in the place of the best of them. A hit near a span of an earlier block joins it; no span moves or vanishes
// with later blocks. Two hits with `gap` 0 join when they touch; below 0 none do.
class HitSpans {
 public:
  explicit HitSpans(std::int64_t gap) : gap_(gap) {}
  void add_block(const std::vector<SegmentHit>& hits);
  const std::vector<HitSpan>& spans() const { return spans_; }

 private:
  bool near(const HitSpan& span, const SegmentHit& hit) const;

  std::int64_t gap_;
  std::size_t added_ = 0;
  std::vector<HitSpan> spans_;
};

}  // namespace blip
