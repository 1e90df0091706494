#include "pipelines/serve/standing_watch.h"

#include <utility>

#include "core/base/error.h"
#include "pipelines/watching/alert_clips.h"
#include "pipelines/watching/standing_search.h"

namespace blip {

// The search and what becomes of its alerts. Used by the one thread.
class StandingWatch::Search {
 public:
  explicit Search(StandingWatch& watch)
      : watch_(watch),
        clips_({.directory = watch.publisher_.clips()}, nullptr,
               {[&watch](const Alert& alert) { watch.publisher_.publish(alert, 0); }, watch.warn_}),
        search_(watch.index_.path(), {.model = watch.model_}) {}

  void set_queries(std::vector<WatchQuery> queries) { pass_on(search_.set_queries(std::move(queries))); }
  // Whether there is more to look at.
  bool poll() {
    pass_on(search_.poll());
    for (const std::string& warning : search_.take_warnings()) watch_.warn_(warning);
    return search_.more();
  }
  void finish() {
    pass_on(search_.finish());
    clips_.finish();
  }

 private:
  void pass_on(std::vector<Alert> alerts) {
    for (Alert& alert : alerts)
      alert.event == Alert::Event::kStart ? clips_.start(std::move(alert)) : clips_.end(std::move(alert));
  }

  StandingWatch& watch_;
  AlertClips clips_;
  StandingSearch search_;
};

StandingWatch::StandingWatch(IndexAccess& index, AlertPublisher& publisher, ModelSettings model,
                             std::function<void(const std::string&)> warn, std::chrono::milliseconds period)
    : index_(index),
      publisher_(publisher),
      model_(std::move(model)),
      warn_(std::move(warn)),
      period_(period),
      thread_([this] { watch(); }) {}

StandingWatch::~StandingWatch() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void StandingWatch::set_queries(std::vector<WatchQuery> queries) {
  {
    const std::lock_guard lock(mutex_);
    queries_ = std::move(queries);
    new_queries_ = true;
  }
  changed_.notify_all();
}

void StandingWatch::watch() {
  std::unique_ptr<Search> search;
  std::string mark, told;
  std::unique_lock lock(mutex_);
  while (!ended_) {
    const bool news = std::exchange(new_queries_, false);
    const std::vector<WatchQuery> queries = queries_;
    lock.unlock();
    bool more = false;
    try {
      if (!search && !queries.empty()) search = std::make_unique<Search>(*this);
      if (search && news) search->set_queries(queries);
      const std::string now = index_.change_mark();
      if (search && (news || now != mark)) more = search->poll();
      if (!more) mark = now;
    } catch (const Error& e) {  // the next round tries again
      if (told != e.what()) warn_(e.what());
      told = e.what();
    }
    lock.lock();
    if (!more) changed_.wait_for(lock, period_, [this] { return ended_ || new_queries_; });
  }
  lock.unlock();
  try {
    if (search) search->finish();
  } catch (const Error& e) {
    warn_(e.what());
  }
}

}  // namespace blip
