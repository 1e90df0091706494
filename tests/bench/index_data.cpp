#include "tests/bench/index_data.h"

#include <cmath>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>
#include <string>

#include "core/base/half_float.h"

namespace blip::bench {
namespace {

namespace fs = std::filesystem;

constexpr float kSpread = 0.7F;  // how far the rows of a video are from its centre, of the centre's length

void to_unit_length(std::vector<float>& values) {
  const float square = std::inner_product(values.begin(), values.end(), values.begin(), 0.0F);
  for (float& value : values) value /= std::sqrt(square);
}

std::string caption_of(std::int64_t number) {
  static const char* const kColours[] = {"red", "green", "blue", "yellow", "white"};
  static const char* const kThings[] = {"circle", "dog", "car", "tree", "boat", "house", "bird"};
  return std::string("a ") + kColours[number % 5] + " " + kThings[number % 7] + " beside a " + kThings[number / 7 % 7];
}

template <class Element>
void append(std::ofstream& file, const std::vector<Element>& values) {
  file.write(reinterpret_cast<const char*>(values.data()),
             static_cast<std::streamsize>(values.size() * sizeof(Element)));
}

}  // namespace

// About normal: the sum of four even ones. xorshift64*.
float SyntheticRows::random() {
  state_ ^= state_ >> 12;
  state_ ^= state_ << 25;
  state_ ^= state_ >> 27;
  const std::uint64_t bits = state_ * 0x2545f4914f6cdd1dU;
  const auto part = [&](int shift) { return static_cast<float>(bits >> shift & 0xffff); };
  return (part(0) + part(16) + part(32) + part(48)) / 65536.0F - 2.0F;
}

const std::vector<float>& SyntheticRows::next() {
  row_.resize(kIndexSize);
  if (count_++ % kSegmentsAVideo == 0) {
    center_.resize(kIndexSize);
    for (float& x : center_) x = random();
  }
  for (std::size_t i = 0; i < row_.size(); ++i) row_[i] = center_[i] + kSpread * random();
  to_unit_length(row_);
  return row_;
}

std::vector<std::vector<float>> synthetic_queries() {
  SyntheticRows rows;
  std::vector<std::vector<float>> queries;
  for (std::int64_t i = 0; i < kQueries; ++i) {
    for (std::int64_t skipped = 1; skipped < kSegmentsAVideo; ++skipped) rows.next();
    queries.push_back(rows.next());
    for (std::size_t d = 0; d < queries.back().size(); d += 2) queries.back()[d] = -queries.back()[d];  // no row's own
  }
  return queries;
}

RowFilter one_video_in_a_hundred(std::int64_t rows, VideoId first) {
  RowFilter filter;
  filter.all_videos = false;
  for (std::int64_t video = 0; video < rows / kSegmentsAVideo; video += 100) filter.videos.push_back(first + video);
  return filter;
}

void add_synthetic_videos(IndexWriter& writer, SyntheticRows& rows, std::int64_t from, std::int64_t to) {
  for (std::int64_t video = from; video < to; ++video) {
    const std::string name = std::to_string(video);
    const VideoWork work = writer.begin_video({"/archive/" + name + ".mp4", "hash " + name, 1 << 20, video}, "bench");
    writer.set_size(work, {kSegmentsAVideo * kSegmentDuration, 640, 360});
    for (std::int64_t i = 0; i < kSegmentsAVideo; ++i) {
      Segment segment;
      segment.start = i * kSegmentDuration;
      segment.end = segment.start + kSegmentDuration;
      segment.frame_time = segment.start;
      segment.embedding = rows.next();
      segment.caption = caption_of(video * kSegmentsAVideo + i);
      writer.add_segment(work, i, segment);
    }
    writer.finish_video(work);
  }
}

void prepare_index(const fs::path& folder, std::int64_t rows) {
  if (fs::exists(folder / "about.json")) return;
  fs::remove_all(folder);
  fs::create_directories(folder);
  {
    IndexWriter writer(folder / "index.db");
    writer.set_models({"synthetic", "synthetic", kIndexSize, "synthetic", "synthetic", ""});
    SyntheticRows source;
    add_synthetic_videos(writer, source, 0, rows / kSegmentsAVideo);
  }
  SyntheticRows source;
  std::ofstream halves(folder / "rows.f16", std::ios::binary), queries(folder / "queries.f32", std::ios::binary);
  for (std::int64_t row = 0; row < rows; ++row) append(halves, to_halves(source.next()));
  for (const auto& query : synthetic_queries()) append(queries, query);
  std::ofstream(folder / "about.json") << nlohmann::json{{"rows", rows},
                                                         {"size", kIndexSize},
                                                         {"queries", kQueries},
                                                         {"segments_a_video", kSegmentsAVideo}}
                                       << "\n";
}

}  // namespace blip::bench
