#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "core/index/index_writer.h"
#include "core/index/search_filter.h"

namespace blip::bench {

inline constexpr std::int64_t kIndexSize = 256;  // numbers an embedding
inline constexpr std::int64_t kSegmentsAVideo = 200;
inline constexpr std::int64_t kSegmentDuration = 5'000'000'000;  // nanoseconds
inline constexpr std::int64_t kQueries = 200;

// Embeddings as videos have them: of unit length, those of a video near each other. Row by row, always the same.
class SyntheticRows {
 public:
  const std::vector<float>& next();  // [kIndexSize]

 private:
  float random();

  std::uint64_t state_ = 0x9e3779b97f4a7c15U;
  std::int64_t count_ = 0;
  std::vector<float> center_, row_;
};

std::vector<std::vector<float>> synthetic_queries();  // [kQueries][kIndexSize]
RowFilter one_video_in_a_hundred(std::int64_t rows, VideoId first = 1);

// Adds videos number `from` to `to` - 1 of that kind.
void add_synthetic_videos(IndexWriter& writer, SyntheticRows& rows, std::int64_t from, std::int64_t to);

// FOLDER/index.db with that many rows, and the same for peers: rows.f16, queries.f32, about.json. Nothing where it is.
void prepare_index(const std::filesystem::path& folder, std::int64_t rows);

}  // namespace blip::bench
