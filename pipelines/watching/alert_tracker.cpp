#include "pipelines/watching/alert_tracker.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace blip {
namespace {

constexpr double kNone = -std::numeric_limits<double>::infinity();

const QueryScore* find_score(std::span<const QueryScore> scores, const std::string& text) {
  const auto found =
      std::find_if(scores.begin(), scores.end(), [&](const QueryScore& score) { return score.text == text; });
  return found == scores.end() ? nullptr : &*found;
}

Alert ended(Alert alert) {
  alert.event = Alert::Event::kEnd;
  return alert;
}

}  // namespace

double AlertRules::end_threshold(double begin) const {
  constexpr double kUsualShare = 0.8;
  return std::min(begin, threshold_off.value_or(kUsualShare * begin));
}

std::vector<Alert> AlertTracker::set_queries(std::vector<WatchQuery> queries) {
  queries_ = std::move(queries);
  std::vector<Alert> alerts;
  for (auto open = open_.begin(); open != open_.end();) {
    const auto kept = std::find_if(queries_.begin(), queries_.end(), [&](const WatchQuery& query) {
      return query.text == open->first && !query.negative;
    });
    if (kept != queries_.end()) {
      open->second.query = *kept;
      ++open;
    } else {
      alerts.push_back(ended(open->second));
      open = open_.erase(open);
    }
  }
  return alerts;
}

std::vector<Alert> AlertTracker::add(std::int64_t start, std::int64_t end, std::span<const QueryScore> scores) {
  std::vector<Alert> alerts = pass(start);
  double against = kNone;
  for (const WatchQuery& query : queries_)
    if (const QueryScore* score = query.negative ? find_score(scores, query.text) : nullptr)
      against = std::max(against, score->probability);
  for (const WatchQuery& query : queries_) {
    if (query.negative) continue;
    const QueryScore* score = find_score(scores, query.text);
    const double value = score != nullptr && score->probability > against ? score->probability : kNone;
    const double threshold = query.threshold.value_or(rules_.threshold);
    const auto open = open_.find(query.text);
    if (open == open_.end()) {
      if (!(value >= threshold)) continue;
      Alert alert{Alert::Event::kStart, ++numbers_, query, source_, start, end, value, score->similarity, {}, {}, {}};
      alerts.push_back(alert);
      open_.emplace(query.text, std::move(alert));
    } else if (value >= rules_.end_threshold(threshold)) {
      open->second.end = std::max(open->second.end, end);
      if (value > open->second.probability) {
        open->second.probability = value;
        open->second.similarity = score->similarity;
      }
    } else if (start - open->second.end >= rules_.hold) {
      alerts.push_back(ended(open->second));
      open_.erase(open);
    }
  }
  return alerts;
}

std::vector<Alert> AlertTracker::pass(std::int64_t now) {
  std::vector<Alert> alerts;
  std::erase_if(open_, [&](const auto& entry) {
    const bool overdue = now - entry.second.end > std::max(rules_.hold, rules_.gap);
    if (overdue) alerts.push_back(ended(entry.second));
    return overdue;
  });
  return alerts;
}

std::vector<Alert> AlertTracker::finish() {
  std::vector<Alert> alerts;
  for (const auto& [text, alert] : open_) alerts.push_back(ended(alert));
  open_.clear();
  return alerts;
}

}  // namespace blip
