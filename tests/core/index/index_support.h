#pragma once

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/index/index_reader.h"
#include "core/index/index_writer.h"
#include "tests/support/temp_dir.h"

namespace blip::test {

inline constexpr std::int64_t kSecond = 1'000'000'000;
inline constexpr std::int64_t kEmbeddingSize = 8;

inline IndexModels models_named(const std::string& name) {
  return {name + "-weights", name, kEmbeddingSize, "caption-weights", "caption", ""};
}

inline VideoFile video_file(const std::string& path, const std::string& content_hash) {
  return {path, content_hash, 1000, 1'700'000'000 * kSecond};
}

// Unit vectors that differ with `number`, of values that half precision holds exactly when it is below the size.
inline std::vector<float> unit_vector(std::int64_t number, std::int64_t size = kEmbeddingSize) {
  std::vector<float> vector(static_cast<std::size_t>(size));
  if (number < size) {
    vector[static_cast<std::size_t>(number)] = 1;
    return vector;
  }
  const double angle = static_cast<double>(number);
  vector[0] = static_cast<float>(std::cos(angle));
  vector[1] = static_cast<float>(std::sin(angle));
  return vector;
}

inline std::string jpeg_of(const std::string& text) {
  return "\xff\xd8\xff" + text + "\xff\xd9";
}

// Segment `number` of a video in which one begins each second.
inline Segment segment_number(std::int64_t number, const std::string& caption = "a red circle") {
  Segment segment;
  segment.start = number * kSecond;
  segment.end = (number + 1) * kSecond;
  segment.frame_time = segment.start + kSecond / 2;
  segment.embedding = unit_vector(number % kEmbeddingSize);
  segment.caption = caption;
  segment.thumbnail = jpeg_of(std::to_string(number));
  return segment;
}

inline void add_segments(IndexWriter& writer, const VideoWork& work, std::int64_t from, std::int64_t to,
                         const std::string& caption = "a red circle") {
  for (std::int64_t number = from; number < to; ++number)
    writer.add_segment(work, number, segment_number(number, caption));
}

// A video with that many segments, finished.
inline VideoWork add_video(IndexWriter& writer, const std::string& path, const std::string& content_hash,
                           std::int64_t segments, const std::string& caption = "a red circle") {
  const VideoWork work = writer.begin_video(video_file(path, content_hash), "recipe");
  writer.set_size(work, {segments * kSecond, 320, 240});
  add_segments(writer, work, 0, segments, caption);
  writer.finish_video(work);
  return work;
}

// The message of the error of that kind which `body` throws; fails the test when it throws none or another.
template <class Body>
std::string error_of(Body&& body, ErrorKind kind) {
  try {
    body();
  } catch (const Error& error) {
    EXPECT_EQ(static_cast<int>(error.kind()), static_cast<int>(kind)) << error.what();
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "nothing was thrown";
  return {};
}

}  // namespace blip::test
