#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "plugins/support/finding.h"

namespace blip {

// Hysteresis: a match begins at `on` and lasts until the score falls below `off`.
struct MatchThresholds {
  double on = 0.5;
  double off = 0.4;
};

// Which queries match now. Not thread-safe.
class MatchTracker {
 public:
  // The score of a query at a frame; returns whether it matches, and adds a notice where that begins or ends.
  bool update(const std::string& query, double score, const FrameTimes& times, const MatchThresholds& thresholds,
              std::vector<Notice>& notices);
  // Ends the matches of queries that are not asked for any more.
  void keep_only(const std::vector<std::string>& queries, const FrameTimes& times, std::vector<Notice>& notices);
  // Ends them all at `end` (stream time, ns).
  std::vector<Notice> finish(std::uint64_t end);
  void reset() { open_.clear(); }
  // Stream time (ns) up to which a frame matched; 0 = none has.
  std::uint64_t matched_until() const { return matched_until_; }
  void forget_past() { matched_until_ = 0; }

 private:
  struct Match {
    FrameTimes begin;
    double best = 0;
  };

  static Notice end_notice(const std::string& query, const Match& match, std::uint64_t end);

  std::map<std::string, Match> open_;
  std::uint64_t matched_until_ = 0;
};

}  // namespace blip
