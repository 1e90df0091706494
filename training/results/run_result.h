#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace blip {

// One figure of a run.
struct Metric {
  std::string key;    // "t2v.r1", "accuracy", "accuracy.what", "cider"
  std::string label;  // "text to video R@1"
  double value = 0;   // as papers print it: percent for parts of all, CIDEr and BLEU times 100, a plain rank
  std::optional<double> low, high;  // the interval of 95 %, clustered by medium; none where it is not defined
  std::int64_t count = 0;           // samples it is over
};

// A metric that was asked for and could not be had ("meteor": "no jars: see --coco-jars").
struct NotComputed {
  std::string key, reason;
};

// in = done + missing + failed
struct SampleCounts {
  std::int64_t in = 0, done = 0, missing = 0, failed = 0;
};

// A sample as `compare` pairs it: its part of each metric that is a mean over samples, in the metric's unit. CIDEr of
// one picture, 100 or 0 for an answer.
struct ScoredSample {
  std::string key;
  std::string cluster;  // id of its medium
  std::map<std::string, double> scores;
};

struct RunResult {
  std::vector<Metric> metrics;
  std::vector<NotComputed> not_computed;
  SampleCounts counts;
  std::vector<std::string> missing;  // names of what was missing or failed, with the reason
  std::vector<ScoredSample> samples;
};

}  // namespace blip
