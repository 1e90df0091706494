#pragma once

#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "core/index/index_reader.h"

namespace blip::test {

// All that an index keeps of a segment, but its number.
struct IndexedSegment {
  std::string path;
  std::int64_t ordinal = 0, start = 0, end = 0, frame_time = 0;
  std::string caption, subtitle, thumbnail;
  std::vector<float> embedding;
  std::vector<std::uint16_t> features;

  bool operator==(const IndexedSegment&) const = default;
  friend std::ostream& operator<<(std::ostream& out, const IndexedSegment& segment) {
    return out << segment.path << " #" << segment.ordinal << " " << segment.start << " to " << segment.end << ": "
               << segment.caption;
  }
};

// By path and ordinal. Paths are those within `root`.
inline std::vector<IndexedSegment> indexed_segments(const std::filesystem::path& index,
                                                    const std::filesystem::path& root) {
  const IndexReader reader(index);
  std::vector<IndexedSegment> rows;
  for (const VideoRow& video : reader.videos()) {
    for (const SegmentRow& segment : reader.segments(video.id)) {
      IndexedSegment row;
      row.path = std::filesystem::path(video.file.path).lexically_relative(std::filesystem::canonical(root));
      row.ordinal = segment.ordinal;
      row.start = segment.start;
      row.end = segment.end;
      row.frame_time = segment.frame_time;
      row.caption = segment.caption;
      row.subtitle = segment.subtitle;
      row.thumbnail = reader.thumbnail(segment.id).value_or("");
      row.embedding = reader.embedding(segment.id).value_or(std::vector<float>());
      if (const auto features = reader.features(segment.id)) row.features = features->values;
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

}  // namespace blip::test
