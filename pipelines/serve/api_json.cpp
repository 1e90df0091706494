#include "pipelines/serve/api_json.h"

#include <cmath>
#include <filesystem>

namespace blip {
namespace {

using nlohmann::json;

constexpr double kNanoseconds = 1e9;

template <class T>
json or_null(const std::optional<T>& value) {
  return value ? json(*value) : json();
}

json thumbnail_url(SegmentId id) {
  return id > 0 ? json("/api/v1/segments/" + std::to_string(id) + "/thumbnail.jpg") : json();
}
json media_url(VideoId id, const std::string& path) {
  return is_file_path(path) ? json("/media/" + std::to_string(id)) : json();
}
std::string name_in(const std::string& path) {
  return is_file_path(path) ? std::filesystem::path(path).filename().string() : path;
}

json terms_json(const std::vector<std::pair<std::string, double>>& terms, const char* name) {
  json list = json::array();
  for (const auto& [text, value] : terms) list.push_back({{"text", text}, {name, value}});
  return list;
}

json parts_json(const ScoreParts& parts) {
  return {{"similarity", or_null(parts.similarity)},
          {"similarity_rank", parts.similarity_rank},
          {"words", or_null(parts.words)},
          {"words_rank", parts.words_rank},
          {"all_words", parts.all_words},
          {"phrase", parts.phrase},
          {"all_words", parts.all_words},
          {"match_logit", or_null(parts.match_logit)},
          {"match_raw", or_null(parts.match_raw)},
          {"match", or_null(parts.match)},
          {"terms", terms_json(parts.terms, "similarity")},
          {"term_matches", terms_json(parts.term_matches, "match")}};
}

json hit_json(const SearchHit& hit, bool explain) {
  json spelled_hit = {{"video", hit.video},
                      {"path", hit.path},
                      {"name", name_in(hit.path)},
                      {"start", seconds(hit.start)},
                      {"end", seconds(hit.end)},
                      {"segment", hit.best},
                      {"segments", hit.segments},
                      {"frame_time", seconds(hit.frame_time)},
                      {"caption", hit.caption},
                      {"subtitle", hit.subtitle},
                      {"by_words", hit.by_words},
                      {"score", hit.score},
                      {"match", or_null(hit.parts.match)},
                      {"by_words", hit.by_words},
                      {"similarity", or_null(hit.parts.similarity)},
                      {"thumbnail", thumbnail_url(hit.best)},
                      {"media", media_url(hit.video, hit.path)}};
  if (explain) spelled_hit["parts"] = parts_json(hit.parts);
  return spelled_hit;
}

}  // namespace

double seconds(std::int64_t nanoseconds) {
  return static_cast<double>(nanoseconds) / kNanoseconds;
}

std::string spelled(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

bool is_file_path(const std::string& path) {
  return !path.empty() && path.front() == '/';
}

json status_json(const IndexStatus& status, const std::optional<IndexModels>& models) {
  json named = {{"embedder", json()}, {"captioner", json()}};
  if (models) named["embedder"] = models->embedder_model;
  if (models && !models->captioner_model.empty()) named["captioner"] = models->captioner_model;
  return {{"videos", status.videos},
          {"waiting", status.waiting},
          {"indexing", status.indexing},
          {"done", status.done},
          {"failed", status.failed},
          {"segments", status.segments},
          {"captions", status.captions},
          {"thumbnails", status.thumbnails},
          {"duration", seconds(status.duration)},
          {"bytes", status.bytes},
          {"models", named}};
}

json video_json(const VideoRow& video, SegmentId picture) {
  json stages = json::array();
  for (const StageCount& stage : video.stages)
    stages.push_back({{"stage", stage.stage}, {"state", name_of(stage.state)}, {"done", stage.done}});
  return {{"id", video.id},
          {"path", video.file.path},
          {"name", name_in(video.file.path)},
          {"bytes", video.file.size},
          {"duration", seconds(video.size.duration)},
          {"width", video.size.width},
          {"height", video.size.height},
          {"state", name_of(video.state)},
          {"error", video.error},
          {"renewing", video.renewing},
          {"segments", video.segments},
          {"added", video.added},
          {"indexed", video.indexed},
          {"date", seconds(video.file.modified)},
          {"position", seconds(video.position)},
          {"thumbnail", thumbnail_url(picture)},
          {"media", media_url(video.id, video.file.path)},
          {"stages", stages}};
}

json segment_json(const SegmentRow& segment) {
  return {{"id", segment.id},
          {"start", seconds(segment.start)},
          {"end", seconds(segment.end)},
          {"frame_time", seconds(segment.frame_time)},
          {"caption", segment.caption},
          {"subtitle", segment.subtitle},
          {"thumbnail", thumbnail_url(segment.id)}};
}

json result_json(const SearchResult& result, bool explain) {
  json hits = json::array();
  for (const SearchHit& hit : result.hits) hits.push_back(hit_json(hit, explain));
  const SearchTimes& times = result.times;
  return {{"hits", hits},
          {"more", result.more},
          {"cutoff", result.cutoff},
          {"calibrated", result.calibrated},
          {"below_cutoff", result.below_cutoff},
          {"best_below_cutoff", or_null(result.best_below_cutoff)},
          {"judged", result.judged},
          {"looked_at", result.looked_at},
          {"warnings", result.warnings},
          {"times",
           {{"text", times.text},
            {"scan", times.scan},
            {"words", times.words},
            {"features", times.features},
            {"match", times.match},
            {"rows", times.rows},
            {"total", times.total}}}};
}

json stream_json(const WatchedStream& stream) {
  return {{"id", stream.id},
          {"source", stream.source},
          {"state", stream.state},
          {"error", stream.error},
          {"captions", stream.captions},
          {"alerts", stream.alerts},
          {"reconnects", stream.reconnects},
          {"latency", or_null(stream.latency)},
          {"position", stream.position},
          {"caption", stream.caption},
          {"frame", "/api/v1/streams/" + std::to_string(stream.id) + "/frame.jpg"}};
}

json query_json(const StandingQuery& query) {
  return {{"id", query.id}, {"text", query.text}, {"threshold", query.threshold}, {"webhook", query.webhook}};
}

}  // namespace blip
