#include "training/metrics/rouge_l.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "training/metrics/ngrams.h"

namespace blip {
namespace {

constexpr double kBetaSquared = 1.2 * 1.2;

using Parts = std::vector<std::string_view>;

// Python's text.split(" "): at least one part, which may be empty.
Parts split_at_blanks(std::string_view text) {
  Parts parts;
  for (;;) {
    const std::size_t blank = text.find(' ');
    parts.push_back(text.substr(0, blank));
    if (blank == std::string_view::npos) return parts;
    text.remove_prefix(blank + 1);
  }
}

std::size_t longest_common_subsequence(const Parts& a, const Parts& b) {
  std::vector<std::size_t> row(b.size() + 1);  // lengths for what has been read of a, and the first j of b
  for (const std::string_view word : a) {
    std::size_t diagonal = 0;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = word == b[j - 1] ? diagonal + 1 : std::max(above, row[j - 1]);
      diagonal = above;
    }
  }
  return row.back();
}

double score_of(const ScoredCaption& one) {
  const Parts candidate = split_at_blanks(one.candidate);
  double precision = 0, recall = 0;
  for (const std::string& text : one.references) {
    const Parts reference = split_at_blanks(text);
    const auto common = static_cast<double>(longest_common_subsequence(reference, candidate));
    precision = std::max(precision, common / static_cast<double>(candidate.size()));
    recall = std::max(recall, common / static_cast<double>(reference.size()));
  }
  if (precision == 0 || recall == 0) return 0;
  return (1 + kBetaSquared) * precision * recall / (recall + kBetaSquared * precision);
}

}  // namespace

MetricScore rouge_l(std::span<const ScoredCaption> captions) {
  expect_references(captions);
  MetricScore score;
  for (const ScoredCaption& one : captions) {
    score.each.push_back(score_of(one));
    score.corpus += score.each.back() / static_cast<double>(captions.size());
  }
  return score;
}

}  // namespace blip
