#include "pipelines/indexing/video_indexer.h"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <utility>

#include "core/base/error.h"
#include "core/base/half_float.h"
#include "core/engine/backend.h"
#include "core/index/file_hash.h"
#include "core/index/vectors/embedding_rows.h"
#include "core/vision/image_file.h"
#include "pipelines/media_input/input_file.h"
#include "pipelines/media_input/start_watch.h"
#include "pipelines/media_input/still_source.h"
#include "pipelines/media_input/url_source.h"
#include "pipelines/records/model_failure.h"
#include "pipelines/terminal/clock_text.h"

namespace blip {
namespace {

using State = VideoOutcome::State;

// The store has failed: no other video would fare better.
class StoreFailure : public Error {
 public:
  using Error::Error;
};

constexpr std::int64_t kLongestLiveRepeat = 60 * kSecond;
// Of a stream nothing is made anew: what it showed is gone.
constexpr const char* kLiveRecipe = "live";

bool is_live(const SourceFile& file) {
  return file.is_url && is_live_url(file.path);
}

std::int64_t now_in_nanoseconds() {
  return std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::uint64_t size_of(const struct stat& status) {
  return static_cast<std::uint64_t>(status.st_size);
}

std::int64_t modification_of(const struct stat& status) {
  return std::int64_t{status.st_mtim.tv_sec} * kSecond + status.st_mtim.tv_nsec;
}

GstElementHandle source_of(const SourceFile& file) {
  if (!file.is_url && is_still_image(file.path)) return make_still_source(read_image(file.path, {.auto_orient = true}));
  return make_source_for(file.path);
}

}  // namespace

const char* name_of(State state) noexcept {
  switch (state) {
    case State::kIndexed:
      return "indexed";
    case State::kUnchanged:
      return "unchanged";
    case State::kMoved:
      return "moved";
    case State::kFailed:
      return "failed";
    case State::kInterrupted:
      return "interrupted";
  }
  return "";
}

VideoIndexer::VideoIndexer(const AddSettings& settings, const IndexingModels& models, IndexWriter& writer,
                           const InterruptWatch& interrupt)
    : settings_(settings), models_(models), writer_(writer), interrupt_(interrupt), reader_(settings.index_path()) {}

// The video as it lies on the disk; it is read whole only if its size or time is not the one known.
VideoFile VideoIndexer::identify(const SourceFile& file) {
  VideoFile video;
  video.path = file.shown;
  if (file.is_url) {
    check_source(file.path);
    video.content_hash = text_hash(file.shown);
    const auto known = reader_.video_at(file.shown);
    video.modified = known ? known->file.modified : now_in_nanoseconds();
    return video;
  }
  check_input_file(file.path);
  struct stat status {};
  if (stat(file.path.c_str(), &status) != 0) throw Error(ErrorKind::kNotFound, "no such file; check the name");
  video.size = size_of(status);
  video.modified = modification_of(status);
  const auto known = reader_.video_at(file.path);
  const bool is_known = known && known->file.path == file.path && known->file.size == video.size &&
                        known->file.modified == video.modified && !known->file.content_hash.empty();
  video.content_hash =
      is_known ? known->file.content_hash : file_hash(file.path, [this] { return interrupt_.requested(); });
  return video;
}

VideoOutcome VideoIndexer::add(const SourceFile& file, const VideoListener& listener) {
  VideoOutcome outcome;
  outcome.path = file.shown;
  const auto fail = [&](const Error& error) {
    outcome.state = error.kind() == ErrorKind::kCancelled ? State::kInterrupted : State::kFailed;
    outcome.error = without_file_name(error.what(), file.path);
  };
  VideoFile video;
  try {
    video = identify(file);
  } catch (const Error& error) {
    fail(error);
    if (outcome.state == State::kFailed) note_unreadable(file, outcome.error);
    return outcome;
  }
  const SubtitleTrack subtitles = file.is_url ? SubtitleTrack() : SubtitleTrack::beside(file.path);
  for (const std::string& warning : subtitles.warnings()) listener.source_warning(warning);
  const VideoWork work = writer_.begin_video(
      video, is_live(file) ? kLiveRecipe : models_.recipe(settings_, subtitles.hash()), settings_.renew);
  if (work.kind == VideoWork::Kind::kNothing || work.kind == VideoWork::Kind::kMoved) {
    outcome.state = work.kind == VideoWork::Kind::kMoved ? State::kMoved : State::kUnchanged;
    if (const auto row = reader_.video(work.video)) outcome.segments = row->segments;
    return outcome;
  }
  outcome.resumed = work.kind == VideoWork::Kind::kResume;
  try {
    analyse(file, work, subtitles, listener, outcome);
  } catch (const ModelFailure&) {
    throw;
  } catch (const StoreFailure&) {
    throw;
  } catch (const Error& error) {
    fail(error);
    if (outcome.state == State::kFailed) writer_.fail_video(work, outcome.error);
  }
  return outcome;
}

void VideoIndexer::analyse(const SourceFile& file, const VideoWork& work, const SubtitleTrack& subtitles,
                           const VideoListener& listener, VideoOutcome& outcome) {
  const GstElementHandle source = source_of(file);
  std::string last_warning;
  AnalysisRun run;
  run.sampling = settings_.sampling();
  run.endless = is_live(file);
  if (run.endless) {
    run.sampling.longest_repeat = kLongestLiveRepeat;
    run.time_shift = live_time(work);
  } else {
    run.known = work.segments_done;
  }
  run.source_warning = listener.source_warning;
  StartWatch start(file.path);
  run.progress = [&](std::int64_t position, std::int64_t duration) {
    if (!file.is_url) start.look(position);
    if (listener.progress) listener.progress(position, duration);
  };
  run.model_warning = [&](const std::string& warning) {
    last_warning = warning;
    listener.model_warning(warning);
  };
  run.take = [&](AnalysedShot shot) {
    if (shot.embedding.empty() || (models_.captioner && !shot.caption))
      throw Error(ErrorKind::kFailed, "the frame at " + clock_text(shot.shot.frame->time(), '.') +
                                          " could not be analysed" + (last_warning.empty() ? "" : ": " + last_warning));
    const Segment segment = segment_of(std::move(shot), subtitles);
    try {
      writer_.add_segment(work, work.segments_done + outcome.new_segments, segment);
    } catch (const Error& error) {
      throw StoreFailure(error.kind(), error.what());
    }
    ++outcome.new_segments;
    if (run.endless && settings_.keep) writer_.remove_segments_before(work.video, segment.end - *settings_.keep);
  };
  const AnalysisEnd end = analysis().run(source.get(), interrupt_, run);
  outcome.segments = work.segments_done + outcome.new_segments;
  outcome.repeats = end.repeats;
  outcome.duration = end.end;
  if (end.interrupted) {
    outcome.state = State::kInterrupted;
    return;
  }
  if (end.stretches == 0) throw Error(ErrorKind::kInvalidData, "there is no frame in it; does it play elsewhere?");
  writer_.set_size(work, {end.end, end.width, end.height});
  // A stream is never done: the next run goes on with it.
  if (!run.endless) {
    writer_.finish_video(work);
  } else if (!interrupt_.requested()) {
    throw Error(ErrorKind::kFailed, "the stream has ended; what came until then is kept");
  }
}

// So that it does not wait in the index for ever; what an older state of it holds stays.
void VideoIndexer::note_unreadable(const SourceFile& file, const std::string& reason) {
  const VideoWork work = writer_.begin_video({file.shown, "unread " + text_hash(file.shown), 0, 0}, "");
  writer_.fail_video(work, reason);
}

// A stream's time goes on while nobody listens: it is counted from when it was first seen.
std::int64_t VideoIndexer::live_time(const VideoWork& work) {
  if (work.segments_done == 0) return 0;
  const auto row = reader_.video(work.video);
  const std::int64_t since = row ? now_in_nanoseconds() - row->added * kSecond : 0;
  return std::max(work.done_until, since);
}

Segment VideoIndexer::segment_of(AnalysedShot&& shot, const SubtitleTrack& subtitles) {
  Segment segment;
  segment.start = shot.shot.start;
  segment.end = shot.shot.end;
  segment.frame_time = shot.shot.frame->time();
  segment.embedding = packed_embedding(shot.embedding, models_.embeddings);
  segment.caption = std::move(shot.caption).value_or("");
  segment.subtitle = subtitles.text(segment.start, segment.end);
  segment.thumbnail = thumbnails_.make(shot.shot.frame->image());
  if (shot.features) {
    const Matrix features = shot.features->to_matrix();
    segment.features = StoredFeatures{features.rows, features.columns, to_halves(features.values)};
  }
  return segment;
}

FrameAnalysis& VideoIndexer::analysis() {
  if (!analysis_) analysis_.emplace(models_.analysis);
  return *analysis_;
}

}  // namespace blip
