#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "core/index/index_reader.h"
#include "pipelines/searching/candidate_source.h"
#include "pipelines/searching/segment_judge.h"

namespace blip {

// The segments that stand for a video: of `count` moments, evenly spread from its beginning (i * duration / count, as
// the original's uniform sampling of frames), the segment that is shown then; a long one comes several times.
// `segments` by time, not empty.
std::vector<SegmentRow> uniform_segments(std::span<const SegmentRow> segments, std::int64_t duration,
                                         std::size_t count);

// Videos as candidates, in the order of the mean embedding's similarity. They are found by their segments: a video is a
// candidate when one of its segments is.
class VideoCandidates {
 public:
  // All must outlive this. `vector` is what is looked for, [E]; empty: by the segments' order.
  VideoCandidates(const IndexReader& index, CandidateSource& source, std::span<const float> vector)
      : index_(index), source_(source), vector_(vector) {}

  // The candidates [begin, end); fewer at the end. Rank, similarity and embedding are filled in.
  std::vector<JudgedThing> get(std::size_t begin, std::size_t end);
  // The candidate segment of the video that came first: what the result shows.
  Candidate best_of(VideoId video) const { return best_.at(video); }

 private:
  void look_further();

  const IndexReader& index_;
  CandidateSource& source_;
  std::span<const float> vector_;
  std::size_t position_ = 0;  // in the source
  bool exhausted_ = false;
  std::vector<JudgedThing> things_;
  std::unordered_map<VideoId, Candidate> best_;
};

}  // namespace blip
