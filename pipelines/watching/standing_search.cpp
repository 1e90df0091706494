#include "pipelines/watching/standing_search.h"

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <utility>

#include "core/base/error.h"
#include "core/index/vectors/embedding_rows.h"
#include "pipelines/elements/engine_model.h"
#include "pipelines/records/model_failure.h"
#include "pipelines/searching/search_model.h"
#include "pipelines/searching/segment_features.h"

namespace blip {
namespace {

constexpr std::size_t kPicturesAtOnce = 16;

// The alerts of one video, while it is looked at.
struct Followed {
  AlertTracker tracker;
  std::int64_t newest = 0;  // start of the last segment that was looked at
};

}  // namespace

class StandingSearch::Impl {
 public:
  Impl(const std::filesystem::path& index, StandingSearchSettings settings)
      : settings_(std::move(settings)),
        index_(index),
        model_(settings_.model, [](const ModelSettings& model) { return open_engine_model(model); }),
        features_(model_) {
    if (!settings_.from_beginning) place_ = index_.place();
  }

  std::vector<Alert> set_queries(std::vector<WatchQuery> queries) {
    queries_ = std::move(queries);
    embeddings_.clear();
    std::vector<Alert> alerts;
    for (auto& [id, video] : videos_) append(alerts, video.tracker.set_queries(queries_));
    return alerts;
  }

  std::vector<Alert> poll(std::size_t most) {
    std::vector<Alert> alerts;
    if (waiting_.empty()) gather();
    const std::size_t count = std::min(most, waiting_.size());
    for (std::size_t done = 0; done < count; done += kPicturesAtOnce)
      look_at(std::min(kPicturesAtOnce, count - done), alerts);
    if (waiting_.empty()) close_done(alerts);
    return alerts;
  }

  bool more() const { return !waiting_.empty(); }

  std::vector<Alert> finish() {
    std::vector<Alert> alerts;
    for (auto& [id, video] : videos_) append(alerts, video.tracker.finish());
    videos_.clear();
    return alerts;
  }

  std::vector<std::string> take_warnings() { return std::exchange(warnings_, {}); }

 private:
  static void append(std::vector<Alert>& alerts, std::vector<Alert> more) {
    std::move(more.begin(), more.end(), std::back_inserter(alerts));
  }

  // What answers since the last time, in the order in which it came.
  void gather() {
    const auto hold = index_.hold();
    const VectorPlace now = index_.place();
    if (place_ && !index_.knows(*place_)) {
      warnings_.push_back("the index was compacted or replaced; what was added just before may not be looked at");
    } else {
      index_.visit_vectors(place_ ? place_->sequence : 0,
                           [&](const VectorRow& row) { waiting_.push_back(row.segment); });
    }
    place_ = now;
  }

  void look_at(std::size_t count, std::vector<Alert>& alerts) {
    std::vector<SegmentId> ids;
    for (; count > 0; --count) {
      ids.push_back(waiting_.front());
      waiting_.pop_front();
    }
    const std::vector<SegmentRow> segments = index_.segments(ids);
    const auto scores = match(segments);
    for (std::size_t i = 0; i < segments.size(); ++i) {
      Followed* video = followed(segments[i], alerts);
      if (video != nullptr) append(alerts, video->tracker.add(segments[i].start, segments[i].end, scores[i]));
    }
  }

  // A video that is indexed anew begins from its start again.
  Followed* followed(const SegmentRow& segment, std::vector<Alert>& alerts) {
    auto video = videos_.find(segment.video);
    if (video != videos_.end() && segment.start < video->second.newest) {
      append(alerts, video->second.tracker.finish());
      videos_.erase(video);
      video = videos_.end();
    }
    if (video == videos_.end()) {
      const auto row = index_.video(segment.video);
      if (!row) return nullptr;
      video =
          videos_.emplace(segment.video, Followed{AlertTracker(row->file.path, settings_.rules, numbers_), 0}).first;
      append(alerts, video->second.tracker.set_queries(queries_));
    }
    video->second.newest = segment.start;
    return &video->second;
  }

  void close_done(std::vector<Alert>& alerts) {
    if (!videos_.empty() && index_.place() != place_) return;  // more has come meanwhile
    for (auto video = videos_.begin(); video != videos_.end();) {
      const auto row = index_.video(video->first);
      const bool goes_on = row && row->state != VideoState::kDone && row->state != VideoState::kFailed;
      if (!goes_on) append(alerts, video->second.tracker.finish());
      video = goes_on ? std::next(video) : videos_.erase(video);
    }
  }

  std::vector<std::vector<QueryScore>> match(std::span<const SegmentRow> segments) {
    std::vector<std::vector<QueryScore>> scores(segments.size());
    if (queries_.empty()) return scores;
    need_model();
    std::vector<SegmentRow> wanted;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < segments.size(); ++i) {
      scores[i] = candidates(segments[i]);
      if (scores[i].empty()) continue;
      wanted.push_back(segments[i]);
      places.push_back(i);
    }
    const auto features = features_.get(index_, wanted, warnings_);
    for (std::size_t i = 0; i < wanted.size(); ++i) judge(features[i], scores[places[i]]);
    return scores;
  }

  void need_model() {
    if (!embeddings_.empty()) return;
    const auto models = index_.models();
    if (!models) throw Error(ErrorKind::kInvalidData, "the index does not say which model it was made with");
    model_.need(*models);
    if (!model_.abilities().match)
      throw ModelFailure(ErrorKind::kUnsupported,
                         "'" + model_.name() + "' has no image-text matching head (ITM); standing queries need one");
    for (const WatchQuery& query : queries_) embeddings_.push_back(model_.embed_text(query.text));
  }

  // The texts that are worth a look, with their similarities.
  std::vector<QueryScore> candidates(const SegmentRow& segment) {
    std::vector<QueryScore> found;
    const auto embedding = index_.embedding(segment.id);
    if (!embedding) return found;
    for (std::size_t q = 0; q < queries_.size(); ++q) {
      const double similarity = row_similarity(*embedding, embeddings_[q]);
      if (similarity >= settings_.least_similarity) found.push_back({queries_[q].text, 0, similarity});
    }
    const auto most = static_cast<std::size_t>(settings_.candidates);
    if (most > 0 && found.size() > most) {
      std::stable_sort(found.begin(), found.end(),
                       [](const QueryScore& a, const QueryScore& b) { return *a.similarity > *b.similarity; });
      found.resize(most);
    }
    return found;
  }

  void judge(const SearchModel::Features& features, std::vector<QueryScore>& scores) {
    if (features == nullptr) {
      scores.clear();
      return;
    }
    std::vector<std::string> texts;
    for (const QueryScore& score : scores) texts.push_back(score.text);
    const auto matches = model_.match({{features}}, texts);
    for (std::size_t i = 0; i < scores.size(); ++i) scores[i].probability = matches[i].probability;
  }

  const StandingSearchSettings settings_;
  const IndexReader index_;
  SearchModel model_;
  SegmentFeatures features_;
  std::vector<WatchQuery> queries_;
  std::vector<std::vector<float>> embeddings_;  // of queries_; empty: not made yet
  std::map<VideoId, Followed> videos_;          // with segments that were looked at, until they are done
  std::uint64_t numbers_ = 0;
  std::optional<VectorPlace> place_;  // up to which segments are in waiting_, or were; none: the beginning
  std::deque<SegmentId> waiting_;
  std::vector<std::string> warnings_;
};

StandingSearch::StandingSearch(const std::filesystem::path& index, StandingSearchSettings settings)
    : impl_(std::make_unique<Impl>(index, std::move(settings))) {}
StandingSearch::~StandingSearch() = default;

std::vector<Alert> StandingSearch::set_queries(std::vector<WatchQuery> queries) {
  return impl_->set_queries(std::move(queries));
}
std::vector<Alert> StandingSearch::poll(std::size_t most) {
  return impl_->poll(most);
}
bool StandingSearch::more() const {
  return impl_->more();
}
std::vector<Alert> StandingSearch::finish() {
  return impl_->finish();
}
std::vector<std::string> StandingSearch::take_warnings() {
  return impl_->take_warnings();
}

}  // namespace blip
