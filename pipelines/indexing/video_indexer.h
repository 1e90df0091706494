#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "core/index/index_reader.h"
#include "core/index/index_writer.h"
#include "pipelines/indexing/add_settings.h"
#include "pipelines/indexing/indexing_models.h"
#include "pipelines/indexing/media_files.h"
#include "pipelines/indexing/segment_thumbnail.h"
#include "pipelines/indexing/subtitle_track.h"
#include "pipelines/terminal/interrupt.h"

namespace blip {

// What became of one video.
struct VideoOutcome {
  enum class State { kIndexed, kUnchanged, kMoved, kFailed, kInterrupted };
  State state = State::kIndexed;
  std::string path;
  std::string error;              // kFailed: one line
  std::int64_t segments = 0;      // of the video, when it is done
  std::int64_t new_segments = 0;  // stored by this run
  std::int64_t repeats = 0;       // frames that were skipped as they repeat the one before
  std::int64_t duration = 0;      // nanoseconds that were looked at
  bool resumed = false;           // an earlier run had begun it
};
const char* name_of(VideoOutcome::State state) noexcept;  // "indexed", "unchanged", "moved", "failed", "interrupted"

struct VideoListener {
  std::function<void(const std::string&)> model_warning, source_warning;
  std::function<void(std::int64_t position, std::int64_t duration)> progress;
};

// Brings videos into the index, one after the other. Elements are made with the first video that needs them. Used by
// one thread; several share a writer and models.
class VideoIndexer {
 public:
  VideoIndexer(const AddSettings& settings, const IndexingModels& models, IndexWriter& writer,
               const InterruptWatch& interrupt);

  // What is wrong with the video is kFailed, and kept in the index. Throws ModelFailure, and what IndexWriter throws.
  VideoOutcome add(const SourceFile& file, const VideoListener& listener);

 private:
  VideoFile identify(const SourceFile& file);
  void note_unreadable(const SourceFile& file, const std::string& reason);
  std::int64_t live_time(const VideoWork& work);
  void analyse(const SourceFile& file, const VideoWork& work, const SubtitleTrack& subtitles,
               const VideoListener& listener, VideoOutcome& outcome);
  Segment segment_of(AnalysedShot&& shot, const SubtitleTrack& subtitles);
  FrameAnalysis& analysis();

  const AddSettings& settings_;
  const IndexingModels& models_;
  IndexWriter& writer_;
  const InterruptWatch& interrupt_;
  IndexReader reader_;
  std::optional<FrameAnalysis> analysis_;
  ThumbnailMaker thumbnails_;
};

}  // namespace blip
