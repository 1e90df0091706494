#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/index/index_types.h"
#include "pipelines/serve/http/event_hub.h"
#include "pipelines/serve/index_access.h"

namespace blip {

// How fast videos are indexed, and how long the rest will take: by their bytes, as the length of one that waits is not
// known; one of unknown size counts as the mean of the others. Used by one thread.
class IndexingPace {
 public:
  using Clock = std::chrono::steady_clock;
  // Seconds until all is done; nothing while too little is known, or there is nothing to do.
  std::optional<double> remaining(const std::vector<VideoRow>& videos, Clock::time_point now);

 private:
  std::optional<Clock::time_point> since_;
  double done_then_ = 0;  // bytes
};

// {videos, waiting, indexing, done, failed, segments, current: [{id, name, position, duration}], eta}; seconds, eta
// null while it is not known.
nlohmann::json progress_json(const IndexStatus& status, const std::vector<VideoRow>& videos, std::optional<double> eta);

// Looks once a second whether the index has changed, whoever writes it, and then publishes `event: progress`.
class IndexProgress {
 public:
  IndexProgress(IndexAccess& index, EventHub& hub, std::chrono::milliseconds period = std::chrono::seconds(1));
  ~IndexProgress();

  IndexStatus status() const;  // as it was when looked at last

 private:
  void watch();
  void look();

  IndexAccess& index_;
  EventHub& hub_;
  const std::chrono::milliseconds period_;
  IndexingPace pace_;
  std::string mark_, told_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  IndexStatus status_;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace blip
