#include "pipelines/searching/search_run.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "core/index/vectors/embedding_rows.h"
#include "pipelines/searching/stop_clock.h"

namespace blip {
namespace {

constexpr std::size_t kUnjudgedBlock = 64;
constexpr double kBehindMatches = 1e6;     // no rank differs as much
constexpr std::size_t kMostSorted = 4096;  // candidates looked at for an order other than relevance

// Where nothing says which candidates are results, all are, and neighbours would grow together to whole videos.
bool is_bounded(const SearchRequest& request, const SearchPlan& plan) {
  return (plan.judged && plan.cutoff > 0) || request.min_score || plan.query.words_required ||
         request.mode == SearchMode::kWords;
}

}  // namespace

SearchRun::SearchRun(const SearchRequest& request, const SearchPlan& plan, const IndexReader& index,
                     const VectorIndex* vectors, SearchModel& model, SegmentFeatures& features)
    : request_(request),
      plan_(plan),
      index_(index),
      source_(index, vectors, plan.query),
      videos_(index, source_, plan.query.vector),
      judge_(plan, model, features, index),
      spans_(request.by_video || !is_bounded(request, plan) ? -1 : request.merge_gap) {}

SearchResult SearchRun::run() {
  const std::size_t block = plan_.judged ? static_cast<std::size_t>(request_.rerank) : kUnjudgedBlock;
  JudgedBlocks blocks(block, [this](std::size_t begin, std::size_t end) { return judge(begin, end); });
  const auto wanted = static_cast<std::size_t>(request_.offset + request_.limit);
  take_blocks(blocks, wanted);
  const std::vector<std::size_t> order = ordered_results();
  {
    const AddTime timer(result_.times.rows);
    for (std::size_t i = static_cast<std::size_t>(request_.offset); i < std::min(wanted, order.size()); ++i)
      result_.hits.push_back(hit_of(order[i]));
  }
  result_.more = order.size() > wanted || !blocks.ended();
  result_.cutoff = plan_.cutoff;
  result_.calibrated = plan_.scale.has_value();
  result_.times.scan = source_.times().scan;
  result_.times.words = source_.times().words;
  result_.times.features = judge_.features_ms();
  result_.times.match = judge_.match_ms();
  result_.warnings = plan_.warnings;
  result_.warnings.insert(result_.warnings.end(), judge_.warnings().begin(), judge_.warnings().end());
  if (request_.order != SearchRequest::Order::kRelevance && !blocks.ended())
    result_.warnings.push_back("of more than " + std::to_string(kMostSorted) +
                               " candidates only the best were sorted; a cut-off or a filter makes them fewer");
  return std::move(result_);
}

// Until there is one result more than wanted, so that it is known whether a further page exists; for other orders, all.
void SearchRun::take_blocks(JudgedBlocks& blocks, std::size_t wanted) {
  const bool all = request_.order != SearchRequest::Order::kRelevance;
  while (!blocks.ended() && (all ? blocks.looked_at() < kMostSorted : spans_.spans().size() < wanted)) {
    std::vector<SegmentHit> hits;
    for (const Judged& judged : blocks.next()) {
      const SegmentRow& row = things_.at(judged.candidate).segments.front();
      hits.push_back({row.id, row.video, row.start, row.end});
      passed_.push_back(judged.candidate);
    }
    spans_.add_block(hits);
  }
}

std::vector<JudgedThing> SearchRun::segment_things(const std::vector<Candidate>& candidates) {
  const AddTime timer(result_.times.rows);
  std::vector<SegmentId> ids;
  for (const Candidate& candidate : candidates) ids.push_back(candidate.segment);
  std::unordered_map<SegmentId, SegmentRow> rows;
  for (SegmentRow& row : index_.segments(ids)) rows.emplace(row.id, std::move(row));
  std::vector<JudgedThing> things;
  for (const Candidate& candidate : candidates) {
    JudgedThing thing;
    thing.parts.similarity = candidate.similarity;
    thing.parts.similarity_rank = candidate.similarity_rank;
    thing.parts.words = candidate.words;
    thing.parts.words_rank = candidate.words_rank;
    // A segment that was removed meanwhile has no row: it stays a candidate, so that places do not move, and passes
    // nothing.
    if (const auto row = rows.find(candidate.segment); row != rows.end()) {
      thing.segments.push_back(row->second);
      const std::string said = row->second.caption + " " + row->second.subtitle;
      thing.parts.all_words = plan_.caption_words.held_by(said);
      thing.parts.phrase = thing.parts.all_words && plan_.caption_words.phrases_in(said);
      if (auto embedding = index_.embedding(candidate.segment)) thing.embedding = std::move(*embedding);
      if (!thing.parts.similarity && !plan_.query.vector.empty())
        thing.parts.similarity = row_similarity(thing.embedding, plan_.query.vector);
    }
    things.push_back(std::move(thing));
  }
  return things;
}

std::vector<JudgedThing> SearchRun::candidates(std::size_t begin, std::size_t end) {
  return request_.by_video ? videos_.get(begin, end) : segment_things(source_.get(begin, end));
}

std::vector<Judged> SearchRun::judge(std::size_t begin, std::size_t end) {
  std::vector<JudgedThing> things = candidates(begin, end);
  std::vector<Judged> block(things.size());
  std::vector<std::size_t> places;  // of those that are worth judging
  for (std::size_t i = 0; i < things.size(); ++i) {
    block[i].candidate = begin + i;
    block[i].rank = -static_cast<double>(begin + i);
    const bool similar = !request_.min_score || things[i].parts.similarity.value_or(-1) >= *request_.min_score;
    block[i].passes = !things[i].segments.empty() && similar;
    if (block[i].passes) places.push_back(i);
  }
  if (plan_.judged) {
    std::vector<JudgedThing> worth;
    for (const std::size_t i : places) worth.push_back(std::move(things[i]));
    judge_.judge(worth);
    for (std::size_t n = 0; n < places.size(); ++n) {
      Judged& judged = block[places[n]];
      things[places[n]] = std::move(worth[n]);
      const JudgedThing& thing = things[places[n]];
      judged.unjudged = !thing.judged;
      if (!thing.judged) continue;
      ++result_.judged;
      judged.rank = thing.rank;
      judged.passes = *thing.parts.match >= plan_.cutoff;
      if (judged.passes) continue;
      if (thing.parts.all_words) {
        judged.passes = true;
        judged.rank -= thing.parts.phrase ? kBehindMatches : 2 * kBehindMatches;
        continue;
      }
      ++result_.below_cutoff;
      result_.best_below_cutoff = std::max(result_.best_below_cutoff.value_or(0), *thing.parts.match);
    }
  }
  for (std::size_t i = 0; i < things.size(); ++i)
    if (block[i].passes) things_.emplace(begin + i, std::move(things[i]));
  return block;
}

// The results, as places among the spans.
std::vector<std::size_t> SearchRun::ordered_results() const {
  const std::vector<HitSpan>& spans = spans_.spans();
  std::vector<std::size_t> order(spans.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  if (request_.order == SearchRequest::Order::kRelevance) return order;
  std::map<VideoId, std::pair<std::int64_t, std::string>> videos;
  for (const HitSpan& span : spans)
    if (!videos.contains(span.video))
      if (const auto video = index_.video(span.video)) videos[span.video] = {-video->file.modified, video->file.path};
  const auto key = [&](std::size_t i) {
    const auto known = videos.find(spans[i].video);
    const auto& [date, path] = known == videos.end() ? std::pair<std::int64_t, std::string>{} : known->second;
    return std::tuple(request_.order == SearchRequest::Order::kDate ? date : 0, path, spans[i].start);
  };
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
  return order;
}

void SearchRun::fill_segment_hit(SearchHit& hit, const HitSpan& span) const {
  hit.start = span.start;
  hit.end = span.end;
  for (const SegmentHit& segment : span.segments) hit.segments.push_back(segment.segment);
}

// The moment to show is the segment that was the best candidate.
void SearchRun::fill_video_hit(SearchHit& hit, std::size_t thing) const {
  for (const SegmentRow& row : things_.at(thing).segments)
    if (std::find(hit.segments.begin(), hit.segments.end(), row.id) == hit.segments.end())
      hit.segments.push_back(row.id);
  const Candidate best = videos_.best_of(hit.video);
  const std::vector<SegmentRow> rows = index_.segments(std::span(&best.segment, 1));
  if (rows.empty()) return;
  hit.best = best.segment;
  hit.start = rows.front().start;
  hit.end = rows.front().end;
  hit.frame_time = rows.front().frame_time;
  hit.caption = rows.front().caption;
  hit.subtitle = rows.front().subtitle;
}

SearchHit SearchRun::hit_of(std::size_t result) {
  const HitSpan& span = spans_.spans()[result];
  const std::size_t place = passed_[span.best];
  const JudgedThing& thing = things_.at(place);
  const SegmentRow& row = thing.segments.front();
  SearchHit hit;
  hit.video = span.video;
  if (const auto video = index_.video(span.video)) hit.path = video->file.path;
  hit.best = row.id;
  hit.frame_time = row.frame_time;
  hit.caption = row.caption;
  hit.subtitle = row.subtitle;
  hit.parts = thing.parts;
  hit.by_words = thing.parts.all_words && thing.parts.match && *thing.parts.match < plan_.cutoff;
  hit.score = thing.parts.match.value_or(thing.parts.similarity.value_or(thing.parts.words.value_or(0)));
  if (request_.by_video) {
    hit.start = row.start;
    hit.end = row.end;
    fill_video_hit(hit, place);
  } else {
    fill_segment_hit(hit, span);
  }
  return hit;
}

}  // namespace blip
