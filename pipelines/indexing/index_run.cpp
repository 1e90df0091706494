#include "pipelines/indexing/index_run.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "core/base/error.h"

namespace blip {

IndexRun::IndexRun(const AddSettings& settings, const IndexingModels& models, IndexWriter& writer,
                   const InterruptWatch& interrupt)
    : settings_(settings),
      models_(models),
      writer_(writer),
      interrupt_(interrupt),
      event_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (event_ < 0)
    throw Error(ErrorKind::kFailed, std::string("cannot make an event descriptor: ") + std::strerror(errno));
  for (int i = 0; i < settings.jobs; ++i) workers_.emplace_back([this, i] { work(static_cast<std::size_t>(i)); });
}

IndexRun::~IndexRun() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
    changed_.notify_all();
  }
  for (std::thread& worker : workers_) worker.join();
  close(event_);
}

void IndexRun::add(MediaFile file) {
  const std::lock_guard lock(mutex_);
  queue_.push_back(std::move(file));
  changed_.notify_all();
}

void IndexRun::note(const std::function<void()>& change) {
  const std::lock_guard lock(mutex_);
  change();
  news_ = true;
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = write(event_, &one, sizeof one);
  changed_.notify_all();
}

RunEvents IndexRun::wait(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  const auto is_idle = [this] { return queue_.empty() && current_.empty(); };
  changed_.wait_for(lock, patience, [&] { return news_ || failure_ || is_idle(); });
  std::uint64_t count = 0;
  [[maybe_unused]] const auto emptied = read(event_, &count, sizeof count);
  news_ = false;
  RunEvents events = std::exchange(events_, {});
  for (const auto& [worker, position] : current_) events.current.push_back(position);
  std::ranges::sort(events.current, {}, &VideoPosition::path);
  events.waiting = queue_.size();
  events.idle = is_idle();
  if (failure_) std::rethrow_exception(failure_);
  return events;
}

void IndexRun::work(std::size_t worker) {
  std::optional<VideoIndexer> indexer;
  for (;;) {
    MediaFile file;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return over_ || !queue_.empty(); });
      if (over_ || failure_) return;
      file = std::move(queue_.front());
      queue_.pop_front();
      current_[worker].path = file.path;
    }
    VideoListener listener;
    listener.model_warning = [this](const std::string& warning) {
      note([&] { events_.model_warnings.push_back(warning); });
    };
    listener.source_warning = [this, &file](const std::string& warning) {
      note([&] { events_.source_warnings.push_back(file.path + ": warning: " + warning); });
    };
    listener.progress = [this, worker](std::int64_t position, std::int64_t duration) {
      const std::lock_guard lock(mutex_);
      current_[worker].position = position;
      current_[worker].duration = duration;
    };
    VideoOutcome outcome;
    std::exception_ptr failure;
    if (interrupt_.requested()) {
      outcome.path = file.path;
      outcome.state = VideoOutcome::State::kInterrupted;
    } else {
      try {
        if (!indexer) indexer.emplace(settings_, models_, writer_, interrupt_);
        outcome = indexer->add(file, listener);
      } catch (...) {
        failure = std::current_exception();
      }
    }
    note([&] {
      current_.erase(worker);
      if (failure) {
        if (!failure_) failure_ = failure;
        over_ = true;
      } else {
        events_.done.push_back(std::move(outcome));
      }
    });
  }
}

}  // namespace blip
