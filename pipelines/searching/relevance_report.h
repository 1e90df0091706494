#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace blip {

// A result of a text whose truth is known.
struct JudgedPair {
  double probability = 0;  // calibrated
  bool matches = false;
};

// What a cut-off lets through.
struct CutoffRow {
  double cutoff = 0;
  std::int64_t kept = 0, right = 0;  // results, and those of them that match
  double precision = 0, recall = 0;  // recall among all that match, found or not
};

// Results of which the model says about the same.
struct ReliabilityBin {
  double from = 0, to = 0;  // of the probability
  std::int64_t pairs = 0;
  double said = 0, was = 0;  // mean probability, share that matches
};

// `all_matches`: also those that the search did not judge.
std::vector<CutoffRow> cutoff_table(std::span<const JudgedPair> pairs, std::int64_t all_matches,
                                    std::span<const double> cutoffs);
// `bins` of equal width over [0, 1].
std::vector<ReliabilityBin> reliability_bins(std::span<const JudgedPair> pairs, int bins);
// Mean over the bins of |said - was|, weighted by their pairs (expected calibration error).
double calibration_error(std::span<const ReliabilityBin> bins);

// Share of the places (from 1; 0 = not found) that are at most `k`. 0 without any.
double recall_at(std::span<const std::int64_t> places, std::int64_t k);
double median_place(std::vector<std::int64_t> places);  // a place that was not found is the worst; 0 without any

}  // namespace blip
