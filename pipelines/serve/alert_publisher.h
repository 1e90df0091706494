#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/index/standing_queries.h"
#include "pipelines/serve/http/event_hub.h"
#include "pipelines/watching/alert.h"
#include "pipelines/watching/watch_query.h"
#include "pipelines/watching/webhook_sender.h"

namespace blip {

// Tells of alerts: to the page as events, and to webhooks of hosts that were allowed. Safe from any thread.
class AlertPublisher {
 public:
  // `clips`: where clips and thumbnails lie. `allowed`: such as "https://hooks.example.com". `warn` gets a line. Throws
  // Error(kInvalidArgument) for one that is no such origin.
  AlertPublisher(EventHub& hub, std::filesystem::path clips, const std::vector<std::string>& allowed,
                 std::function<void(const std::string&)> warn);
  ~AlertPublisher();  // waits until the webhooks have what is on its way, at most five seconds
  AlertPublisher(const AlertPublisher&) = delete;
  AlertPublisher& operator=(const AlertPublisher&) = delete;

  const std::filesystem::path& clips() const noexcept { return clips_; }
  // `stream`: 0 = found in the index.
  void publish(const Alert& alert, std::int64_t stream);
  // Throws Error(kInvalidArgument) for a query that cannot be watched for, or a webhook of a host that is not allowed.
  void check(const StandingQuery& query) const;
  // As sessions take them: each text once; webhooks that are not allowed are left out.
  std::vector<WatchQuery> watched(const std::vector<StandingQuery>& standing) const;
  std::optional<std::string> file(const std::string& name) const;

 private:
  bool is_allowed(const std::string& webhook) const;

  EventHub& hub_;
  const std::filesystem::path clips_;
  std::vector<std::string> allowed_;
  WebhookSender sender_;
};

}  // namespace blip
