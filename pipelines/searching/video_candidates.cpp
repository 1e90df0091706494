#include "pipelines/searching/video_candidates.h"

#include <algorithm>
#include <cmath>

#include "core/index/vectors/embedding_rows.h"

namespace blip {
namespace {

constexpr std::size_t kSegmentsAtOnce = 1024;
constexpr std::size_t kFramesOfAVideo = 8;  // the original's num_frm_test

std::vector<float> mean_embedding(const IndexReader& index, std::span<const SegmentRow> segments) {
  std::vector<double> sum;
  for (const SegmentRow& row : segments) {
    const auto embedding = index.embedding(row.id);
    if (!embedding) continue;
    sum.resize(embedding->size());
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += (*embedding)[i];
  }
  double squares = 0;
  for (const double x : sum) squares += x * x;
  std::vector<float> mean(sum.size());
  for (std::size_t i = 0; i < sum.size() && squares > 0; ++i) mean[i] = static_cast<float>(sum[i] / std::sqrt(squares));
  return mean;
}

}  // namespace

std::vector<SegmentRow> uniform_segments(std::span<const SegmentRow> segments, std::int64_t duration,
                                         std::size_t count) {
  std::vector<SegmentRow> chosen;
  for (std::size_t i = 0; i < count; ++i) {
    const auto moment =
        static_cast<std::int64_t>(static_cast<double>(duration) * static_cast<double>(i) / static_cast<double>(count));
    const auto after = std::upper_bound(segments.begin(), segments.end(), moment,
                                        [](std::int64_t time, const SegmentRow& row) { return time < row.start; });
    chosen.push_back(after == segments.begin() ? *after : *(after - 1));
  }
  return chosen;
}

std::vector<JudgedThing> VideoCandidates::get(std::size_t begin, std::size_t end) {
  while (things_.size() < end && !exhausted_) look_further();
  const std::size_t first = std::min(begin, things_.size()), last = std::min(end, things_.size());
  return {things_.begin() + static_cast<std::ptrdiff_t>(first), things_.begin() + static_cast<std::ptrdiff_t>(last)};
}

void VideoCandidates::look_further() {
  const std::vector<Candidate> candidates = source_.get(position_, position_ + kSegmentsAtOnce);
  position_ += candidates.size();
  exhausted_ = candidates.size() < kSegmentsAtOnce;
  std::vector<SegmentId> ids;
  std::unordered_map<SegmentId, Candidate> by_segment;
  for (const Candidate& candidate : candidates) {
    ids.push_back(candidate.segment);
    by_segment[candidate.segment] = candidate;
  }
  std::vector<JudgedThing> fresh;
  for (const SegmentRow& row : index_.segments(ids)) {
    if (!best_.emplace(row.video, by_segment.at(row.id)).second) continue;
    const std::vector<SegmentRow> all = index_.segments(row.video);
    const auto video = index_.video(row.video);
    if (all.empty() || !video) continue;
    JudgedThing thing;
    thing.segments =
        uniform_segments(all, video->size.duration > 0 ? video->size.duration : all.back().end, kFramesOfAVideo);
    thing.embedding = mean_embedding(index_, thing.segments);
    if (!vector_.empty()) thing.parts.similarity = row_similarity(thing.embedding, vector_);
    fresh.push_back(std::move(thing));
  }
  std::stable_sort(fresh.begin(), fresh.end(), [](const JudgedThing& a, const JudgedThing& b) {
    return a.parts.similarity.value_or(0) > b.parts.similarity.value_or(0);
  });
  for (JudgedThing& thing : fresh) {
    thing.parts.similarity_rank = thing.parts.similarity ? std::ssize(things_) + 1 : 0;
    things_.push_back(std::move(thing));
  }
}

}  // namespace blip
