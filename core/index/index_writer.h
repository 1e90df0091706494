#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "core/index/index_types.h"

namespace blip {

// What there is to do for a video.
struct VideoWork {
  enum class Kind {
    kNothing,  // done with this recipe, and the file is the same
    kMoved,    // the same bytes are done under a path where they no longer are: only the path was changed
    kNew,      // begin with segment 0
    kResume,   // go on after `segments_done`
    kRenew,    // the file or the recipe changed: begin with segment 0; the old generation answers until finish()
  };
  Kind kind = Kind::kNothing;
  VideoId video = 0;
  std::int64_t generation = 0;     // to be given to add_segment() and finish()
  std::int64_t segments_done = 0;  // kResume: these are stored, ordinals 0 … segments_done - 1
  std::int64_t done_until = 0;     // kResume: end of the last of them, nanoseconds
};

// The one writer of an index file: SQLite in WAL mode, so that readers go on. A lock file beside the index keeps a
// second writer out. Every call is one transaction: a process that dies loses nothing that a call had stored, and half
// of nothing is ever there. Safe from any thread. All calls throw Error: kFailed for a full disk, a read-only or a
// locked index (with what to do), kInvalidData for a damaged one.
class IndexWriter {
 public:
  // Makes the file unless it is there; brings an older schema up to date. Throws Error(kUnsupported) for a newer one,
  // and kFailed naming the process when another one writes.
  explicit IndexWriter(const std::filesystem::path& index);
  ~IndexWriter();
  IndexWriter(const IndexWriter&) = delete;
  IndexWriter& operator=(const IndexWriter&) = delete;

  // The first call settles which models the index is for; later ones must name the same embedder. Throws
  // Error(kInvalidArgument) naming both otherwise.
  void set_models(const IndexModels& models);

  // Makes the video known as waiting, without beginning; nothing if it is known.
  void expect_video(const VideoFile& file);
  // `recipe`: all settings that segments depend on, as one text. `renew`: also when it is done and nothing changed;
  // what was begun with the same recipe and not finished is gone on with in any case.
  VideoWork begin_video(const VideoFile& file, const std::string& recipe, bool renew = false);
  // Stores the next segment, searchable from now on unless an older generation answers. `ordinal` must follow the last,
  // and it must not begin before the last does. Throws Error(kInvalidArgument) for that and for an embedding of another
  // size or length, Error(kNotFound) when the video was removed meanwhile.
  SegmentId add_segment(const VideoWork& work, std::int64_t ordinal, const Segment& segment);
  void set_size(const VideoWork& work, const VideoSize& size);
  // From now on this generation answers; the older one is removed with everything that belongs to it.
  void finish_video(const VideoWork& work);
  void fail_video(const VideoWork& work, const std::string& error);

  // Removes a video: its segments, embeddings, captions, thumbnails and features together. Throws Error(kNotFound).
  void remove_video(VideoId video);
  // Removes the segments of a live stream that end before `time` (stream time): retention.
  std::int64_t remove_segments_before(VideoId video, std::int64_t time);

  // Takes in all finished videos of another index with the same embedder, by path, each in a transaction of its own. A
  // video that is here under the same path stays as it is when it is done and the other's file is not newer. Returns
  // how many were taken. Throws Error(kInvalidArgument) when the models differ.
  std::int64_t merge(const std::filesystem::path& other);
  // Gives unused space back to the disk and makes the full-text index anew. Copies of the embeddings have to be made
  // anew, too. Needs room for a second copy of the index while it runs.
  void compact();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace blip
