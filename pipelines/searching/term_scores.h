#pragma once

#include <span>

namespace blip {

// What ITM and ITC say of one text and one picture (or the frames of a video together).
struct TermScore {
  double weight = 1;      // of the term; below 0: not wanted
  double logit = 0;       // ITM's, of "match"
  double raw = 0;         // ITM's own probability
  double similarity = 0;  // ITC, cosine
  double match = 0;       // calibrated match probability; raw where there is no calibration
};

// The probability that the picture is what the terms ask for, as if they were independent: the product of their match
// probabilities, of those not wanted 1 - p, each raised to |weight| / largest |weight|, so that a term of half the
// weight counts half in the logarithm. One wanted term: its match probability. No terms: 1.
double combined_match(std::span<const TermScore> terms);

// By which results are ordered. Where a term's match is calibrated that is combined_match(). Without a calibration each
// term counts as sigmoid(logit + cosine), whose order is that of the original's retrieval (ITM logit + ITC similarity).
double combined_rank(std::span<const TermScore> terms, bool calibrated);

}  // namespace blip
