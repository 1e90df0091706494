#pragma once

#include <span>
#include <vector>

#include "core/index/index_types.h"
#include "pipelines/records/timed_record.h"

namespace blip {

// A record a segment: its caption, and for programs its subtitle, frame and id.
std::vector<TimedRecord> segment_records(const VideoRow& video, std::span<const SegmentRow> segments);

// Neighbours with the same text, which follow each other without a gap above 0.1 s, as one; without empty texts.
std::vector<TimedRecord> caption_cues(std::span<const TimedRecord> segments);

}  // namespace blip
