#pragma once

#include <cstdint>

#include "core/index/index_types.h"

namespace blip {

struct VectorHit {
  SegmentId segment = 0;
  VideoId video = 0;
  std::int64_t start = 0, end = 0;  // nanoseconds
  float score = 0;                  // dot product with the query
};

}  // namespace blip
