#include "pipelines/searching/segment_judge.h"

#include <algorithm>
#include <unordered_map>

#include "core/index/vectors/embedding_rows.h"
#include "pipelines/searching/stop_clock.h"
#include "pipelines/searching/term_scores.h"

namespace blip {
namespace {

constexpr std::size_t kPicturesAtOnce = 16;  // BLIP-base's features of so many are 28 MB

}  // namespace

void SegmentJudge::judge(std::span<JudgedThing> things) {
  for (std::size_t begin = 0; begin < things.size();) {
    std::size_t end = begin, pictures = 0;
    while (end < things.size() && (pictures == 0 || pictures + things[end].segments.size() <= kPicturesAtOnce))
      pictures += things[end++].segments.size();
    judge_some(things.subspan(begin, end - begin));
    begin = end;
  }
}

void SegmentJudge::judge_some(std::span<JudgedThing> things) {
  std::vector<SegmentRow> rows;
  std::unordered_map<SegmentId, std::size_t> places;
  for (const JudgedThing& thing : things)
    for (const SegmentRow& row : thing.segments)
      if (places.emplace(row.id, rows.size()).second) rows.push_back(row);
  std::vector<SearchModel::Features> features;
  {
    const AddTime timer(features_ms_);
    features = features_.get(index_, rows, warnings_);
  }
  const AddTime timer(match_ms_);
  for (JudgedThing& thing : things) {
    Clip clip;
    for (const SegmentRow& row : thing.segments)
      if (const auto& found = features[places.at(row.id)]) clip.frames.push_back(found);
    if (!clip.frames.empty()) score(thing, clip);
  }
}

void SegmentJudge::score(JudgedThing& thing, const Clip& clip) {
  std::vector<std::string> texts;
  for (const SearchTerm& term : plan_.terms) texts.push_back(term.text);
  const std::vector<MatchScore> found = model_.match(clip, texts);
  std::vector<TermScore> scores;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    TermScore score;
    score.weight = plan_.terms[i].weight;
    score.logit = found[i].logit;
    score.raw = found[i].probability;
    score.similarity = row_similarity(thing.embedding, plan_.terms[i].embedding);
    score.match = plan_.scale ? plan_.scale->probability(logit_difference_of(score.raw), score.similarity) : score.raw;
    thing.parts.terms.emplace_back(texts[i], score.similarity);
    thing.parts.term_matches.emplace_back(texts[i], score.match);
    scores.push_back(score);
  }
  const auto heaviest = std::max_element(scores.begin(), scores.end(),
                                         [](const TermScore& a, const TermScore& b) { return a.weight < b.weight; });
  thing.parts.match_logit = heaviest->logit;
  thing.parts.match_raw = heaviest->raw;
  thing.parts.match = combined_match(scores);
  thing.rank = combined_rank(scores, plan_.scale.has_value());
  thing.judged = true;
}

}  // namespace blip
