#include "pipelines/watching/alert_clips.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <limits>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/base/file_output.h"
#include "pipelines/media_input/url_source.h"
#include "pipelines/watching/clip_file.h"
#include "pipelines/watching/clip_names.h"

namespace blip {
namespace {

constexpr std::size_t kMostWaiting = 32;
constexpr int kThumbnailWidth = 640, kThumbnailHeight = 480;
// How much later than its picture an alert may come: what the model and its queue take.
constexpr std::int64_t kLateness = 15'000'000'000;

// The clip of one alert, from its start on.
struct Plan {
  std::filesystem::path name;  // without an ending
  std::string thumbnail;
  std::int64_t from = 0, until = 0;
  std::optional<Alert> ended;
  std::optional<std::vector<KeptPicture>> pictures;  // live: all that there will be
};

}  // namespace

class AlertClips::Impl {
 public:
  Impl(ClipSettings settings, PictureRing* ring, Listener listener)
      : settings_(std::move(settings)), ring_(ring), listener_(std::move(listener)) {
    if (settings_.wanted()) thread_ = std::thread([this] { run(); });
  }
  ~Impl() {
    abandoned_ = true;
    leave();
  }

  void start(Alert alert) {
    if (settings_.wanted()) {
      Plan plan;
      plan.name = new_clip_name(settings_.directory, alert);
      plan.from = std::max<std::int64_t>(0, alert.start - settings_.before);
      plan.until = plan.from + settings_.longest;
      plan.thumbnail = alert.thumbnail = write_thumbnail(plan.name.string() + ".jpg", alert);
      plans_[alert.number] = std::move(plan);
    }
    listener_.alert(alert);
  }

  void end(Alert alert) {
    const auto found = plans_.find(alert.number);
    if (found == plans_.end()) return listener_.alert(alert);
    Plan& plan = found->second;
    alert.thumbnail = plan.thumbnail;
    plan.until = std::min(plan.until, alert.end + settings_.after);
    plan.ended = std::move(alert);
    if (ring_ == nullptr || plan.pictures) {
      submit(std::move(plan));
      plans_.erase(found);
    }
  }

  void advance(std::int64_t time) {
    if (ring_ == nullptr) return;
    std::int64_t needed = time - settings_.before - kLateness;
    for (auto plan = plans_.begin(); plan != plans_.end();) {
      if (!plan->second.pictures) {
        if (time < plan->second.until) {
          needed = std::min(needed, plan->second.from);
        } else {
          plan->second.pictures = ring_->between(plan->second.from, plan->second.until);
        }
      }
      if (plan->second.pictures && plan->second.ended) {
        submit(std::move(plan->second));
        plan = plans_.erase(plan);
      } else {
        ++plan;
      }
    }
    ring_->forget_before(needed);
  }

  void finish() {
    advance(std::numeric_limits<std::int64_t>::max());
    leave();
  }

  Counts counts() const { return {written_, failed_}; }

 private:
  void leave() {
    if (!thread_.joinable()) return;
    {
      const std::lock_guard lock(mutex_);
      leaving_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  // Empty: no picture of a live source is there yet, or there is none to be had.
  std::string write_thumbnail(const std::string& name, const Alert& alert) {
    try {
      if (ring_ == nullptr)
        return store(name, picture_of(local_path(alert.source), alert.start, kThumbnailWidth, kThumbnailHeight));
      const auto kept = ring_->nearest(alert.start);
      return kept ? store(name, *kept->jpeg) : "";
    } catch (const Error& e) {
      listener_.warning(std::string("no picture of an alert: ") + e.what());
      return {};
    }
  }

  static std::string store(const std::string& name, const std::string& jpeg) {
    FileOutput out(name);
    out.write(jpeg);
    out.finish();
    return name;
  }

  void submit(Plan plan) {
    {
      std::unique_lock lock(mutex_);
      const auto has_room = [this] { return waiting_.size() < kMostWaiting; };
      if (ring_ == nullptr) changed_.wait(lock, has_room);
      if (has_room()) {
        waiting_.push_back(std::move(plan));
        changed_.notify_all();
        return;
      }
    }
    ++failed_;
    listener_.warning("more clips are to be written than the machine can; an alert goes without");
    listener_.alert(*plan.ended);
  }

  void run() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return leaving_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      Plan plan = std::move(waiting_.front());
      waiting_.pop_front();
      changed_.notify_all();
      lock.unlock();
      plan.ended->clip = write_clip(plan);
      listener_.alert(*plan.ended);
      lock.lock();
    }
  }

  std::string write_clip(Plan& plan) {
    if (abandoned_) return {};
    const std::string name = plan.name.string() + ".mp4";
    const auto go_on = [this] { return !abandoned_; };
    try {
      if (ring_ == nullptr)
        cut_clip(local_path(plan.ended->source), plan.from, plan.until, name, go_on);
      else
        write_kept(plan, name, go_on);
      ++written_;
      return name;
    } catch (const Error& e) {
      ++failed_;
      listener_.warning(std::string("no clip of an alert: ") + e.what());
      return {};
    }
  }

  void write_kept(Plan& plan, const std::string& name, const std::function<bool()>& go_on) {
    if (plan.thumbnail.empty() && !plan.pictures->empty())
      plan.ended->thumbnail = store(plan.name.string() + ".jpg", *plan.pictures->front().jpeg);
    assemble_clip(*plan.pictures, plan.until, settings_.fps, name, go_on);
  }

  const ClipSettings settings_;
  PictureRing* const ring_;  // null: clips are cut from files
  const Listener listener_;
  std::map<std::uint64_t, Plan> plans_;  // by the alert's number
  std::atomic<std::uint64_t> written_{0}, failed_{0};
  std::atomic<bool> abandoned_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Plan> waiting_;
  bool leaving_ = false;
  std::thread thread_;
};

AlertClips::AlertClips(ClipSettings settings, PictureRing* ring, Listener listener)
    : impl_(std::make_unique<Impl>(std::move(settings), ring, std::move(listener))) {}
AlertClips::~AlertClips() = default;

void AlertClips::start(Alert alert) {
  impl_->start(std::move(alert));
}
void AlertClips::end(Alert alert) {
  impl_->end(std::move(alert));
}
void AlertClips::advance(std::int64_t time) {
  impl_->advance(time);
}
void AlertClips::finish() {
  impl_->finish();
}
AlertClips::Counts AlertClips::counts() const {
  return impl_->counts();
}

}  // namespace blip
