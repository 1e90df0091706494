#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "pipelines/watching/alert.h"
#include "pipelines/watching/watch_query.h"

namespace blip {

// When a match is an alert.
struct AlertRules {
  double threshold = 0.5;               // probability from which on a text matches, where a query has none of its own
  std::optional<double> threshold_off;  // below it a match ends; none: four fifths of the threshold
  std::int64_t hold = 1'000'000'000;    // nanoseconds: matches closer to each other are one alert
  // Nanoseconds: a longer stretch without a picture that was looked at says nothing of what was there meanwhile.
  std::int64_t gap = 10'000'000'000;

  double end_threshold(double begin) const;  // for a query that begins at `begin`
};

// What the model says of one text and one picture.
struct QueryScore {
  std::string text;
  double probability = 0;
  std::optional<double> similarity;
};

// Hysteresis over the pictures of one source. An alert's end is known once the text has not matched for `hold`. Not
// thread-safe.
class AlertTracker {
 public:
  // `numbers` counts the alerts, from 1 on; several trackers may share it. It must outlive this.
  AlertTracker(std::string source, AlertRules rules, std::uint64_t& numbers)
      : source_(std::move(source)), rules_(rules), numbers_(numbers) {}

  // Ends the alerts of queries that are not among them.
  std::vector<Alert> set_queries(std::vector<WatchQuery> queries);
  // Scores of the picture that is shown from `start` to `end` (nanoseconds, rising); texts that have none do not match.
  std::vector<Alert> add(std::int64_t start, std::int64_t end, std::span<const QueryScore> scores);
  // No picture came, and it is `now`: ends what was not seen for longer than `hold` and `gap`.
  std::vector<Alert> pass(std::int64_t now);
  std::vector<Alert> finish();

 private:
  const std::string source_;
  const AlertRules rules_;
  std::uint64_t& numbers_;
  std::vector<WatchQuery> queries_;
  std::map<std::string, Alert> open_;  // by text
};

}  // namespace blip
