#include "pipelines/matching/match_spans.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <set>

namespace blip {

std::vector<MatchSpan> MatchSpans::add(const MatchRecord& record) {
  std::set<std::string> matching;
  for (const TextScore& score : record.scores) {
    if (!score.matched || !matching.insert(score.text).second) continue;
    Open& open = open_.try_emplace(score.text, Open{{score.text, record.start, record.end, 0, 0}, 0, 0}).first->second;
    open.span.end = std::max(open.span.end, record.end);
    open.span.best = std::max(open.span.best, score.probability);
    open.sum += score.probability;
    ++open.pictures;
  }
  for (auto it = open_.begin(); it != open_.end();) {
    const auto open = it++;
    if (matching.count(open->first) == 0) close(open, record.start);
  }
  return release();
}

std::vector<MatchSpan> MatchSpans::finish() {
  while (!open_.empty()) close(open_.begin(), std::numeric_limits<std::int64_t>::max());
  return release();
}

// Windows overlap: a match ends at the latest where the picture that it is missing in begins.
void MatchSpans::close(std::map<std::string, Open>::iterator open, std::int64_t end) {
  MatchSpan span = open->second.span;
  span.end = std::max(span.start, std::min(span.end, end));
  span.mean = open->second.sum / open->second.pictures;
  open_.erase(open);
  closed_.push_back(std::move(span));
}

std::vector<MatchSpan> MatchSpans::release() {
  std::stable_sort(closed_.begin(), closed_.end(), [](const auto& a, const auto& b) { return a.start < b.start; });
  std::int64_t earliest_open = std::numeric_limits<std::int64_t>::max();
  for (const auto& [text, open] : open_) earliest_open = std::min(earliest_open, open.span.start);
  const auto end = std::find_if(closed_.begin(), closed_.end(),
                                [earliest_open](const MatchSpan& span) { return span.start > earliest_open; });
  std::vector<MatchSpan> released(std::make_move_iterator(closed_.begin()), std::make_move_iterator(end));
  closed_.erase(closed_.begin(), end);
  return released;
}

}  // namespace blip
