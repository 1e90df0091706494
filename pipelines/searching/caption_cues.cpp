#include "pipelines/searching/caption_cues.h"

#include <nlohmann/json.hpp>

#include "pipelines/terminal/clock_text.h"

namespace blip {
namespace {

constexpr std::int64_t kGap = kSecond / 10;

}  // namespace

std::vector<TimedRecord> segment_records(const VideoRow& video, std::span<const SegmentRow> segments) {
  std::vector<TimedRecord> records;
  for (const SegmentRow& row : segments) {
    TimedRecord record;
    record.source = video.file.path;
    record.start = row.start;
    record.end = row.end;
    record.text = row.caption;
    const auto subtitle = nlohmann::json(row.subtitle).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    record.details = {
        {"subtitle", subtitle}, {"frame_time", seconds_text(row.frame_time)}, {"segment", std::to_string(row.id)}};
    records.push_back(std::move(record));
  }
  return records;
}

std::vector<TimedRecord> caption_cues(std::span<const TimedRecord> segments) {
  std::vector<TimedRecord> cues;
  for (const TimedRecord& segment : segments) {
    if (segment.text.empty()) continue;
    if (!cues.empty() && cues.back().text == segment.text && segment.start - cues.back().end <= kGap)
      cues.back().end = segment.end;
    else
      cues.push_back(segment);
  }
  return cues;
}

}  // namespace blip
