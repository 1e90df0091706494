#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace blip {

using VideoId = std::int64_t;
using SegmentId = std::int64_t;  // never used again, also after the segment was removed

// The image features of one frame as an index keeps them: [tokens, width] IEEE half precision, row by row.
struct StoredFeatures {
  std::int64_t tokens = 0;
  std::int64_t width = 0;
  std::vector<std::uint16_t> values;
};

// A stretch of a video that looks alike, and the one frame that stands for it. Times are stream time in nanoseconds.
struct Segment {
  std::int64_t start = 0, end = 0;
  std::int64_t frame_time = 0;
  std::vector<float> embedding;  // ITC, [E], unit length (vectors/embedding_rows.h); kept in half precision
  std::string caption;           // empty: none was made
  std::string subtitle;          // what is said or shown meanwhile, from the video's subtitle file; may be empty
  std::string thumbnail;         // the bytes of a JPEG file
  std::optional<StoredFeatures> features;  // for ITM without the video; none when the index does not keep them
};

// Which models an index was made with. Segments and queries can only be compared when `embedder` is the same.
struct IndexModels {
  std::string embedder;             // hash of the weights that made the embeddings
  std::string embedder_model;       // as it was named then, for messages and as the default of a search
  std::int64_t embedding_size = 0;  // E
  std::string captioner;            // hash of the weights that made the captions; empty: no captions
  std::string captioner_model;
  std::string features;  // vision_id of kept features; empty: none are kept
};

// A video as it lies on the disk, or a live stream by its URL.
struct VideoFile {
  std::string path;           // absolute, or a URL
  std::string content_hash;   // of all bytes; of a live stream its URL's
  std::uint64_t size = 0;     // bytes
  std::int64_t modified = 0;  // nanoseconds since 1970, the file's
};

struct VideoSize {
  std::int64_t duration = 0;  // nanoseconds, 0 = not known
  int width = 0, height = 0;  // pixels, upright
};

enum class VideoState {
  kWaiting,   // known, not begun
  kIndexing,  // begun; what is done so far is found already, unless an older generation answers
  kDone,
  kFailed,  // see `error`; what was done before is found
};
const char* name_of(VideoState state) noexcept;  // "waiting", "indexing", "done", "failed"

// How far one stage of the work on a video came.
struct StageCount {
  std::string stage;  // "frames", "embeddings", "thumbnails", "captions", "subtitles", "features"
  VideoState state = VideoState::kWaiting;
  std::int64_t done = 0;  // segments that have it
};

struct VideoRow {
  VideoId id = 0;
  VideoFile file;
  VideoSize size;
  VideoState state = VideoState::kWaiting;
  std::string error;               // one line; of kFailed
  std::int64_t added = 0;          // seconds since 1970
  std::int64_t indexed = 0;        // seconds since 1970, when it was last done; 0 = never
  std::int64_t generation = 0;     // the one that answers; 0 = none yet
  std::int64_t segments = 0;       // of that generation
  std::int64_t position = 0;       // nanoseconds: how far the work on the newest generation came
  bool renewing = false;           // a newer generation is being made beside the one that answers
  std::vector<StageCount> stages;  // of the newest generation
};

// What a filter looks at.
struct VideoBrief {
  VideoId id = 0;
  std::string path;
  std::int64_t modified = 0;  // nanoseconds since 1970, the file's
  std::int64_t duration = 0;  // nanoseconds
};

struct SegmentRow {
  SegmentId id = 0;
  VideoId video = 0;
  std::int64_t ordinal = 0;  // counts within the video from 0
  std::int64_t start = 0, end = 0, frame_time = 0;
  std::string caption, subtitle;
  bool has_features = false;
};

struct IndexStatus {
  std::int64_t videos = 0, waiting = 0, indexing = 0, done = 0, failed = 0;
  std::int64_t segments = 0, captions = 0, thumbnails = 0, features = 0;  // of generations that answer
  std::int64_t duration = 0;                                              // nanoseconds of video that are done
  std::uint64_t bytes = 0;                                                // of the index file with its log
  std::int64_t schema = 0;
};

}  // namespace blip
