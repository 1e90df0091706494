#include "pipelines/serve/alert_publisher.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "core/base/error.h"
#include "pipelines/serve/api_json.h"
#include "pipelines/watching/webhook_address.h"

namespace blip {
namespace {

constexpr std::chrono::seconds kLastPosts{5};

nlohmann::json file_url(const std::string& path) {
  return path.empty() ? nlohmann::json()
                      : nlohmann::json("/api/v1/alerts/" + std::filesystem::path(path).filename().string());
}

}  // namespace

AlertPublisher::AlertPublisher(EventHub& hub, std::filesystem::path clips, const std::vector<std::string>& allowed,
                               std::function<void(const std::string&)> warn)
    : hub_(hub), clips_(std::move(clips)), sender_({}, std::move(warn)) {
  for (const std::string& origin : allowed) allowed_.push_back(parse_webhook(origin).origin);
}

AlertPublisher::~AlertPublisher() {
  sender_.flush(kLastPosts);
}

void AlertPublisher::publish(const Alert& alert, std::int64_t stream) {
  const nlohmann::json json = {{"alert", std::to_string(stream) + "-" + std::to_string(alert.number)},
                               {"event", name_of(alert.event)},
                               {"query", alert.query.id},
                               {"text", alert.query.text},
                               {"stream", stream},
                               {"source", alert.source},
                               {"start", seconds(alert.start)},
                               {"end", seconds(alert.end)},
                               {"date", alert.date ? nlohmann::json(seconds(*alert.date)) : nlohmann::json()},
                               {"probability", alert.probability},
                               {"clip", file_url(alert.clip)},
                               {"thumbnail", file_url(alert.thumbnail)}};
  hub_.publish("alert", spelled(json));
  if (!alert.query.webhook.empty()) sender_.send(alert.query.webhook, alert_json(alert));
}

bool AlertPublisher::is_allowed(const std::string& webhook) const {
  return std::find(allowed_.begin(), allowed_.end(), parse_webhook(webhook).origin) != allowed_.end();
}

void AlertPublisher::check(const StandingQuery& query) const {
  make_watch_query(query.text);
  if (query.webhook.empty() || is_allowed(query.webhook)) return;
  throw Error(ErrorKind::kInvalidArgument,
              "webhooks to this host are not allowed; start gst-blip serve with "
              "--webhook-allow " +
                  parse_webhook(query.webhook).origin);
}

std::vector<WatchQuery> AlertPublisher::watched(const std::vector<StandingQuery>& standing) const {
  std::vector<WatchQuery> queries;
  for (const StandingQuery& query : standing) {
    WatchQuery watch = make_watch_query(query.text);
    const auto same = [&](const WatchQuery& other) { return other.text == watch.text; };
    if (std::any_of(queries.begin(), queries.end(), same)) continue;
    watch.threshold = query.threshold;
    watch.id = query.id;
    if (!query.webhook.empty() && is_allowed(query.webhook)) watch.webhook = query.webhook;
    queries.push_back(std::move(watch));
  }
  return queries;
}

std::optional<std::string> AlertPublisher::file(const std::string& name) const {
  if (clips_.empty() || name.empty() || name.front() == '.' || name.find('/') != std::string::npos) return std::nullopt;
  const std::filesystem::path path = clips_ / name;
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored) ? std::optional(path.string()) : std::nullopt;
}

}  // namespace blip
