#include "plugins/filter/match_tracker.h"

#include <algorithm>

namespace blip {
namespace {

constexpr const char* kMessage = "blip-match";

}  // namespace

bool MatchTracker::update(const std::string& query, double score, const FrameTimes& times,
                          const MatchThresholds& thresholds, std::vector<Notice>& notices) {
  auto match = open_.find(query);
  if (match == open_.end()) {
    if (!(score >= thresholds.on)) return false;
    match = open_.emplace(query, Match{times, score}).first;
    FrameTimes begin = times;
    begin.duration = GST_CLOCK_TIME_NONE;
    notices.push_back({kMessage, begin, {{"event", std::string("start")}, {"query", query}, {"score", score}}});
  } else if (!(score >= thresholds.off)) {
    notices.push_back(end_notice(query, match->second, times.stream_time));
    open_.erase(match);
    return false;
  }
  match->second.best = std::max(match->second.best, score);
  const std::uint64_t length = GST_CLOCK_TIME_IS_VALID(times.duration) ? times.duration : 0;
  matched_until_ = std::max(matched_until_, times.stream_time + length);
  return true;
}

void MatchTracker::keep_only(const std::vector<std::string>& queries, const FrameTimes& times,
                             std::vector<Notice>& notices) {
  std::erase_if(open_, [&](const auto& entry) {
    if (std::find(queries.begin(), queries.end(), entry.first) != queries.end()) return false;
    notices.push_back(end_notice(entry.first, entry.second, times.stream_time));
    return true;
  });
}

std::vector<Notice> MatchTracker::finish(std::uint64_t end) {
  std::vector<Notice> notices;
  for (const auto& [query, match] : open_) notices.push_back(end_notice(query, match, end));
  open_.clear();
  return notices;
}

Notice MatchTracker::end_notice(const std::string& query, const Match& match, std::uint64_t end) {
  FrameTimes times = match.begin;
  times.duration = end > times.stream_time ? end - times.stream_time : 0;
  return {kMessage, times, {{"event", std::string("end")}, {"query", query}, {"score", match.best}}};
}

}  // namespace blip
