#include "pipelines/serve/index_progress.h"

#include <algorithm>

#include "core/base/error.h"
#include "pipelines/serve/api_json.h"

namespace blip {
namespace {

constexpr std::chrono::seconds kShortestWatch{3};  // before a pace means something

double bytes_done(const VideoRow& video) {
  const auto size = static_cast<double>(video.file.size);
  if (video.state == VideoState::kDone || video.state == VideoState::kFailed) return size;
  if (video.size.duration <= 0) return 0;
  return size * std::clamp(static_cast<double>(video.position) / static_cast<double>(video.size.duration), 0.0, 1.0);
}

bool is_open(const VideoRow& video) {
  return video.state == VideoState::kWaiting || video.state == VideoState::kIndexing;
}

}  // namespace

std::optional<double> IndexingPace::remaining(const std::vector<VideoRow>& videos, Clock::time_point now) {
  double done = 0, all = 0, sized = 0;
  for (const VideoRow& video : videos) {
    all += static_cast<double>(video.file.size);
    done += bytes_done(video);
    if (video.file.size > 0) ++sized;
  }
  if (sized > 0) all *= static_cast<double>(videos.size()) / sized;
  if (std::none_of(videos.begin(), videos.end(), is_open)) {
    since_.reset();
    return std::nullopt;
  }
  if (!since_ || done < done_then_) {
    since_ = now;
    done_then_ = done;
    return std::nullopt;
  }
  const double elapsed = std::chrono::duration<double>(now - *since_).count();
  if (now - *since_ < kShortestWatch || done <= done_then_) return std::nullopt;
  return (all - done) * elapsed / (done - done_then_);
}

nlohmann::json progress_json(const IndexStatus& status, const std::vector<VideoRow>& videos,
                             std::optional<double> eta) {
  nlohmann::json current = nlohmann::json::array();
  for (const VideoRow& video : videos) {
    if (video.state != VideoState::kIndexing) continue;
    current.push_back({{"id", video.id},
                       {"name", std::filesystem::path(video.file.path).filename().string()},
                       {"position", seconds(video.position)},
                       {"duration", seconds(video.size.duration)}});
  }
  return {{"videos", status.videos},       {"waiting", status.waiting},
          {"indexing", status.indexing},   {"done", status.done},
          {"failed", status.failed},       {"segments", status.segments},
          {"current", std::move(current)}, {"eta", eta ? nlohmann::json(*eta) : nlohmann::json()}};
}

IndexProgress::IndexProgress(IndexAccess& index, EventHub& hub, std::chrono::milliseconds period)
    : index_(index), hub_(hub), period_(period) {
  look();
  thread_ = std::thread([this] { watch(); });
}

IndexProgress::~IndexProgress() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

IndexStatus IndexProgress::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

void IndexProgress::watch() {
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, period_, [this] { return ended_; })) {
    lock.unlock();
    look();
    lock.lock();
  }
}

void IndexProgress::look() {
  const std::string mark = index_.change_mark();
  if (mark == mark_) return;
  try {
    const auto reader = index_.reader();
    const IndexStatus status = reader->status();
    const bool busy = status.waiting + status.indexing > 0;
    const std::vector<VideoRow> videos = busy ? reader->videos() : std::vector<VideoRow>();
    const auto eta = pace_.remaining(videos, IndexingPace::Clock::now());
    const std::string told = spelled(progress_json(status, videos, eta));
    if (told != told_) hub_.publish("progress", told, true);
    told_ = told;
    mark_ = mark;
    const std::lock_guard lock(mutex_);
    status_ = status;
  } catch (const Error&) {  // locked or being moved: the next look will tell, and requests say what is wrong
  }
}

}  // namespace blip
