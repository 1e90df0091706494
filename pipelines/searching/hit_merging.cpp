#include "pipelines/searching/hit_merging.h"

#include <algorithm>

namespace blip {
namespace {

void join(HitSpan& span, const SegmentHit& hit) {
  span.start = std::min(span.start, hit.start);
  span.end = std::max(span.end, hit.end);
  const auto place = std::upper_bound(span.segments.begin(), span.segments.end(), hit,
                                      [](const SegmentHit& a, const SegmentHit& b) { return a.start < b.start; });
  span.segments.insert(place, hit);
}

}  // namespace

bool HitSpans::near(const HitSpan& span, const SegmentHit& hit) const {
  if (gap_ < 0 || span.video != hit.video) return false;
  const std::int64_t between = std::max(hit.start - span.end, span.start - hit.end);
  return between <= 0 || between < gap_;
}

void HitSpans::add_block(const std::vector<SegmentHit>& hits) {
  const std::size_t earlier = spans_.size();
  std::vector<HitSpan> fresh;
  for (const SegmentHit& hit : hits) {
    const std::size_t number = added_++;
    const auto end_of_earlier = spans_.begin() + static_cast<std::ptrdiff_t>(earlier);
    const auto known =
        std::find_if(spans_.begin(), end_of_earlier, [&](const HitSpan& span) { return near(span, hit); });
    if (known != end_of_earlier) {
      join(*known, hit);
      continue;
    }
    // Joins all fresh spans that it lies near to, in the place of the first of them: that has the best hit.
    HitSpan* home = nullptr;
    for (std::size_t i = 0; i < fresh.size();) {
      if (!near(fresh[i], hit)) {
        ++i;
      } else if (home == nullptr) {
        home = &fresh[i++];
      } else {
        for (const SegmentHit& other : fresh[i].segments) join(*home, other);
        fresh.erase(fresh.begin() + static_cast<std::ptrdiff_t>(i));
      }
    }
    if (home != nullptr)
      join(*home, hit);
    else
      fresh.push_back({hit.video, hit.start, hit.end, number, {hit}});
  }
  spans_.insert(spans_.end(), fresh.begin(), fresh.end());
}

}  // namespace blip
