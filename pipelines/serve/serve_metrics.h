#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

#include "core/index/index_types.h"
#include "pipelines/searching/search_request.h"
#include "pipelines/serve/http/prometheus_text.h"
#include "pipelines/serve/services.h"

namespace blip {

// What is counted while the server runs. Safe from any thread.
class ServeMetrics {
 public:
  // As HttpServer::Observe has it.
  void observe(const std::string& route, const std::string& method, int status, double seconds);
  void searched(const SearchResult& result);

  struct Now {  // what is asked when the page is made
    IndexStatus index;
    std::vector<WatchedStream> streams;
    std::size_t event_clients = 0;
    std::uint64_t dropped_clients = 0;
  };
  std::string text(const Now& now) const;

 private:
  struct Part {
    double sum = 0;
    std::uint64_t count = 0;
  };
  void write_requests(PrometheusText& out) const;
  void write_searches(PrometheusText& out) const;

  mutable std::mutex mutex_;
  std::map<std::tuple<std::string, std::string, int>, std::uint64_t> requests_;
  std::map<std::string, DurationHistogram> durations_;  // by route
  std::map<std::string, Part> search_parts_;
  std::uint64_t judged_ = 0, looked_at_ = 0;
};

}  // namespace blip
