#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "pipelines/options/model_settings.h"
#include "pipelines/serve/alert_publisher.h"
#include "pipelines/serve/index_access.h"

namespace blip {

// Holds what is added to the index from now on against the standing queries, in a thread of its own. The model is
// opened when there is something to match.
class StandingWatch {
 public:
  StandingWatch(IndexAccess& index, AlertPublisher& publisher, ModelSettings model,
                std::function<void(const std::string&)> warn,
                std::chrono::milliseconds period = std::chrono::seconds(2));
  ~StandingWatch();

  void set_queries(std::vector<WatchQuery> queries);

 private:
  class Search;
  void watch();

  IndexAccess& index_;
  AlertPublisher& publisher_;
  const ModelSettings model_;
  const std::function<void(const std::string&)> warn_;
  const std::chrono::milliseconds period_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<WatchQuery> queries_;
  bool new_queries_ = false, ended_ = false;
  std::thread thread_;
};

}  // namespace blip
