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
                   const InterruptWatch& interrupt, int workers)
    : settings_(settings),
      models_(models),
      writer_(writer),
      interrupt_(interrupt),
      event_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (event_ < 0)
    throw Error(ErrorKind::kFailed, std::string("cannot make an event descriptor: ") + std::strerror(errno));
  for (int i = 0; i < workers; ++i) workers_.emplace_back([this, i] { work(static_cast<std::size_t>(i)); });
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

bool IndexRun::add(SourceFile file) {
  const std::lock_guard lock(mutex_);
  if (!waiting_.insert(file.shown).second) return false;
  queue_.push_back(std::move(file));
  changed_.notify_all();
  return true;
}

// The first that nobody works on.
std::deque<SourceFile>::iterator IndexRun::next_file() {
  return std::ranges::find_if(queue_, [this](const SourceFile& file) {
    return std::ranges::none_of(current_, [&](const auto& worked) { return worked.second.path == file.shown; });
  });
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
    SourceFile file;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return over_ || next_file() != queue_.end(); });
      if (over_) return;
      const auto next = next_file();
      file = std::move(*next);
      queue_.erase(next);
      waiting_.erase(file.shown);
      current_[worker].path = file.shown;
    }
    VideoListener listener;
    listener.model_warning = [this](const std::string& warning) {
      note([&] { events_.model_warnings.push_back(warning); });
    };
    listener.source_warning = [this, &file](const std::string& warning) {
      note([&] { events_.source_warnings.push_back(file.shown + ": warning: " + warning); });
    };
    listener.progress = [this, worker](std::int64_t position, std::int64_t duration) {
      const std::lock_guard lock(mutex_);
      current_[worker].position = position;
      current_[worker].duration = duration;
    };
    VideoOutcome outcome;
    std::exception_ptr failure;
    if (interrupt_.requested()) {
      outcome.path = file.shown;
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
