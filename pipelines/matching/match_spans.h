#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "pipelines/matching/match_record.h"

namespace blip {

// While a text was on screen.
struct MatchSpan {
  std::string text;
  std::int64_t start = 0, end = 0;  // nanoseconds of stream time, end exclusive
  double best = 0, mean = 0;        // of the probabilities at its pictures
};

// Puts the matches at single pictures together to spans, in the order of their start. Not thread-safe.
class MatchSpans {
 public:
  // Records come in the order of their times. Returns the spans that no later one can precede.
  std::vector<MatchSpan> add(const MatchRecord& record);
  // The source is at its end: those still open, too.
  std::vector<MatchSpan> finish();

 private:
  struct Open {
    MatchSpan span;
    double sum = 0;
    int pictures = 0;
  };

  void close(std::map<std::string, Open>::iterator open, std::int64_t end);
  std::vector<MatchSpan> release();

  std::map<std::string, Open> open_;
  std::vector<MatchSpan> closed_;
};

}  // namespace blip
