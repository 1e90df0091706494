#include "pipelines/searching/relevance_report.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace blip {

std::vector<CutoffRow> cutoff_table(std::span<const JudgedPair> pairs, std::int64_t all_matches,
                                    std::span<const double> cutoffs) {
  std::vector<CutoffRow> rows;
  for (const double cutoff : cutoffs) {
    CutoffRow row;
    row.cutoff = cutoff;
    for (const JudgedPair& pair : pairs) {
      if (pair.probability < cutoff) continue;
      ++row.kept;
      row.right += pair.matches ? 1 : 0;
    }
    if (row.kept > 0) row.precision = static_cast<double>(row.right) / static_cast<double>(row.kept);
    if (all_matches > 0) row.recall = static_cast<double>(row.right) / static_cast<double>(all_matches);
    rows.push_back(row);
  }
  return rows;
}

std::vector<ReliabilityBin> reliability_bins(std::span<const JudgedPair> pairs, int bins) {
  std::vector<ReliabilityBin> table(static_cast<std::size_t>(bins));
  for (int i = 0; i < bins; ++i) {
    table[static_cast<std::size_t>(i)].from = static_cast<double>(i) / bins;
    table[static_cast<std::size_t>(i)].to = static_cast<double>(i + 1) / bins;
  }
  for (const JudgedPair& pair : pairs) {
    const int place = std::clamp(static_cast<int>(std::floor(pair.probability * bins)), 0, bins - 1);
    ReliabilityBin& bin = table[static_cast<std::size_t>(place)];
    ++bin.pairs;
    bin.said += pair.probability;
    bin.was += pair.matches ? 1 : 0;
  }
  for (ReliabilityBin& bin : table) {
    if (bin.pairs == 0) continue;
    bin.said /= static_cast<double>(bin.pairs);
    bin.was /= static_cast<double>(bin.pairs);
  }
  return table;
}

double calibration_error(std::span<const ReliabilityBin> bins) {
  double sum = 0, pairs = 0;
  for (const ReliabilityBin& bin : bins) {
    sum += std::abs(bin.said - bin.was) * static_cast<double>(bin.pairs);
    pairs += static_cast<double>(bin.pairs);
  }
  return pairs > 0 ? sum / pairs : 0;
}

double recall_at(std::span<const std::int64_t> places, std::int64_t k) {
  if (places.empty()) return 0;
  const auto found = std::count_if(places.begin(), places.end(), [k](std::int64_t p) { return p >= 1 && p <= k; });
  return static_cast<double>(found) / static_cast<double>(places.size());
}

double median_place(std::vector<std::int64_t> places) {
  if (places.empty()) return 0;
  for (std::int64_t& place : places)
    if (place < 1) place = std::numeric_limits<std::int32_t>::max();
  std::sort(places.begin(), places.end());
  const std::size_t middle = places.size() / 2;
  if (places.size() % 2 == 1) return static_cast<double>(places[middle]);
  return (static_cast<double>(places[middle - 1]) + static_cast<double>(places[middle])) / 2;
}

}  // namespace blip
