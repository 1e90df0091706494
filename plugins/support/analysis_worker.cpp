#include "plugins/support/analysis_worker.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace blip {
namespace {

// Preparing frames for a model must not disturb those who play the video.
constexpr int kBackgroundNice = 10;

void step_back() {
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kBackgroundNice);
}

bool is_ready(const FrameJob& job) {
  return job.ready();
}

bool is_lost(const FrameJob& job) {
  return std::all_of(job.frames.begin(), job.frames.end(), [](const SampledFrame& frame) { return frame.dropped(); });
}

bool run_together(const FrameJob& a, const FrameJob& b) {
  return a.settings == b.settings && a.stream_part == b.stream_part;
}

// Frames whose features will never come do not count.
void leave_out_dropped_frames(FrameJob& job) {
  std::erase_if(job.frames, [](const SampledFrame& frame) { return frame.dropped(); });
}

}  // namespace

AnalysisWorker::AnalysisWorker(Hooks hooks) : hooks_(std::move(hooks)) {}

void AnalysisWorker::start() {
  stop();
  hooks_.cancel(false);
  const std::lock_guard lock(bell_->mutex);
  flushing_ = stopping_ = failed_ = false;
  thread_ = std::thread([this] { run(); });
}

void AnalysisWorker::stop() {
  std::deque<FrameJob> dropped;
  {
    const std::lock_guard lock(bell_->mutex);
    stopping_ = true;
    ++epoch_;
    dropped.swap(jobs_);
    bell_->rung.notify_all();
    changed_.notify_all();
  }
  hooks_.cancel(true);
  if (thread_.joinable()) thread_.join();
}

AnalysisWorker::Submitted AnalysisWorker::submit(FrameJob job, const WorkerLimits& limits) {
  std::vector<FrameJob> skipped;
  watch(job);
  {
    std::unique_lock lock(bell_->mutex);
    limits_ = limits;
    const auto full = [&] { return jobs_.size() >= limits.waiting; };
    if (limits.make_room == MakeRoom::kWait) changed_.wait(lock, [&] { return stopped() || !full(); });
    if (stopped()) return failed_ ? Submitted::kFailed : Submitted::kFlushing;
    if (full() && limits.make_room == MakeRoom::kDropNew) {
      skipped.push_back(std::move(job));
    } else {
      const auto oldest = std::find_if(jobs_.begin(), jobs_.end(), is_ready);
      if (full() && oldest != jobs_.end()) {
        skipped.push_back(std::move(*oldest));
        jobs_.erase(oldest);
      }
      jobs_.push_back(std::move(job));
    }
    bell_->rung.notify_all();
  }
  tell_skipped(skipped);
  return Submitted::kQueued;
}

// Rings when the job's last features are settled, on the thread that settles them.
void AnalysisWorker::watch(const FrameJob& job) {
  for (const SampledFrame& frame : job.frames) {
    if (frame.settled()) continue;
    gst_blip_features_on_settled(
        frame.features.get(),
        [](GstBlipFeatures*, gpointer data) {
          if (const auto bell = static_cast<std::weak_ptr<Doorbell>*>(data)->lock()) {
            const std::lock_guard lock(bell->mutex);
            bell->rung.notify_all();
          }
        },
        new std::weak_ptr<Doorbell>(bell_), [](gpointer data) { delete static_cast<std::weak_ptr<Doorbell>*>(data); });
  }
}

void AnalysisWorker::tell_skipped(const std::vector<FrameJob>& jobs) const {
  for (const FrameJob& job : jobs) hooks_.skipped(job);
}

bool AnalysisWorker::drain(bool in_flight_only) {
  std::vector<FrameJob> skipped;
  std::unique_lock lock(bell_->mutex);
  if (in_flight_only && running_ > 0) {
    std::move(jobs_.begin(), jobs_.end(), std::back_inserter(skipped));
    jobs_.clear();
  }
  lock.unlock();
  tell_skipped(skipped);
  lock.lock();
  changed_.wait(lock, [this] { return stopped() || (jobs_.empty() && running_ == 0); });
  return !stopped();
}

void AnalysisWorker::set_flushing(bool flushing) {
  std::deque<FrameJob> dropped;
  {
    const std::lock_guard lock(bell_->mutex);
    flushing_ = flushing;
    ++epoch_;
    dropped.swap(jobs_);
    changed_.notify_all();
  }
  hooks_.cancel(flushing);
}

std::size_t AnalysisWorker::waiting() const {
  const std::lock_guard lock(bell_->mutex);
  return jobs_.size() + running_;
}

bool AnalysisWorker::failed() const {
  const std::lock_guard lock(bell_->mutex);
  return failed_;
}

// Takes what is to be analysed next: the oldest job and, while they are ready and of its kind, those after it.
// Where new jobs push old ones out, the newest that are ready. Empty while there is nothing to do.
std::vector<FrameJob> AnalysisWorker::next_jobs(std::vector<FrameJob>& skipped) {
  const auto skip_if = [&](auto&& unwanted) {
    for (auto job = jobs_.begin(); job != jobs_.end();) {
      if (!unwanted(*job)) {
        ++job;
        continue;
      }
      skipped.push_back(std::move(*job));
      job = jobs_.erase(job);
    }
  };
  skip_if(is_lost);
  if (limits_.make_room == MakeRoom::kDropOldest) {
    auto surplus = std::count_if(jobs_.begin(), jobs_.end(), is_ready) - static_cast<std::ptrdiff_t>(limits_.in_flight);
    skip_if([&surplus](const FrameJob& job) { return is_ready(job) && surplus-- > 0; });
  }
  std::vector<FrameJob> taken;
  while (!jobs_.empty() && taken.size() < limits_.in_flight && is_ready(jobs_.front())) {
    if (!taken.empty() && !run_together(taken.front(), jobs_.front())) break;
    taken.push_back(std::move(jobs_.front()));
    jobs_.pop_front();
  }
  return taken;
}

void AnalysisWorker::run() {
  bool good = hooks_.open();
  bool stepped_back = false;
  std::unique_lock lock(bell_->mutex);
  while (good) {
    std::vector<FrameJob> skipped, jobs;
    bell_->rung.wait(lock, [&] {
      if (stopping_) return true;
      jobs = next_jobs(skipped);
      return !jobs.empty() || !skipped.empty();
    });
    if (stopping_) return;
    running_ = jobs.size() + skipped.size();
    const std::uint64_t epoch = epoch_;
    changed_.notify_all();
    lock.unlock();
    tell_skipped(skipped);
    skipped.clear();
    for (FrameJob& job : jobs) leave_out_dropped_frames(job);
    if (!stepped_back && !jobs.empty() && jobs.front().live) {
      step_back();
      stepped_back = true;
    }
    const auto outcomes = jobs.empty() ? std::vector<Outcome<Finding>>() : hooks_.analyse(jobs);
    for (std::size_t i = 0; good && i < outcomes.size(); ++i) {
      lock.lock();
      const bool wanted = epoch == epoch_;
      lock.unlock();
      if (wanted) good = hooks_.deliver(jobs[i], outcomes[i]);
    }
    jobs.clear();  // the frames go back to their pool before anybody learns that the work is done
    lock.lock();
    running_ = 0;
    changed_.notify_all();
  }
  failed_ = true;
  const std::deque<FrameJob> dropped = std::exchange(jobs_, {});
  changed_.notify_all();
  lock.unlock();
}

}  // namespace blip
