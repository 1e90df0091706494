#include <algorithm>
#include <set>
#include <string_view>

#include "core/base/error.h"
#include "core/index/search_filter.h"
#include "pipelines/records/vtt_writer.h"
#include "pipelines/serve/api_context.h"
#include "pipelines/serve/api_json.h"
#include "pipelines/serve/media_file.h"
#include "pipelines/serve/search_parameters.h"

namespace blip {
namespace {

constexpr std::int64_t kMostVideos = 500;  // a page

VideoRow video_of(const IndexReader& reader, const HttpCall& call) {
  auto video = reader.video(call.ids.at(0));
  if (!video) throw HttpRefusal(404, "the index has no video " + std::to_string(call.ids.at(0)));
  return std::move(*video);
}

// Not the first one, which is often black: that a third into the video.
SegmentId picture_of(const IndexReader& reader, const VideoRow& video) {
  if (video.segments == 0) return 0;
  if (const auto segment = reader.segment_at(video.id, video.size.duration / 3)) return segment->id;
  const auto segments = reader.segments(video.id);
  return segments.empty() ? 0 : segments[segments.size() / 3].id;
}

nlohmann::json json_of(const IndexReader& reader, const VideoRow& video) {
  return video_json(video, picture_of(reader, video));
}

void answer_with_status(ApiContext& context, HttpCall& call) {
  const auto reader = context.index.reader();
  const auto models = reader->models();
  nlohmann::json status = status_json(reader->status(), models);
  const std::string missing = context.questions.missing();
  const bool admin = context.access.role(call) == Access::kAdmin;
  status["can_ask"] = missing.empty();
  status["can_converse"] = missing.empty() && context.questions.converses();
  status["cannot_ask_because"] = missing;
  status["can_search_images"] = models.has_value();
  status["login"] = !context.access.open();
  status["role"] = admin ? "admin" : "read";
  status["version"] = context.version;
  call.json(spelled(status));
}

std::vector<VideoRow> chosen_videos(const IndexReader& reader, const std::string& path) {
  std::vector<VideoRow> videos = reader.videos();
  if (path.empty()) return videos;
  SearchFilter filter;
  filter.paths = {path};
  const std::vector<VideoId> ids = resolve_filter(reader, filter).videos;
  std::erase_if(videos, [&](const VideoRow& video) { return !std::binary_search(ids.begin(), ids.end(), video.id); });
  return videos;
}

void answer_with_videos(ApiContext& context, HttpCall& call) {
  const auto& parameters = call.request.params;
  check_names(parameters, {"offset", "limit", "path"});
  const auto offset = static_cast<std::size_t>(whole_number(parameters, "offset", 0, 1'000'000'000, 0));
  const auto limit = static_cast<std::size_t>(whole_number(parameters, "limit", 1, kMostVideos, 50));
  const auto reader = context.index.reader();
  const std::vector<VideoRow> videos = chosen_videos(*reader, call.request.get_param_value("path"));
  nlohmann::json listed = nlohmann::json::array();
  for (std::size_t i = offset; i < videos.size() && i - offset < limit; ++i)
    listed.push_back(json_of(*reader, videos[i]));
  call.json(spelled({{"total", videos.size()}, {"videos", std::move(listed)}}));
}

void answer_with_segments(ApiContext& context, HttpCall& call) {
  const auto reader = context.index.reader();
  const VideoRow video = video_of(*reader, call);
  nlohmann::json segments = nlohmann::json::array();
  for (const SegmentRow& segment : reader->segments(video.id)) segments.push_back(segment_json(segment));
  call.json(spelled({{"segments", std::move(segments)}}));
}

void answer_with_captions(ApiContext& context, HttpCall& call) {
  const auto reader = context.index.reader();
  const VideoRow video = video_of(*reader, call);
  VttWriter writer;
  std::string text = writer.header();
  for (const SegmentRow& segment : reader->segments(video.id)) {
    TimedRecord record;
    record.start = segment.start;
    record.end = segment.end;
    record.text = segment.caption;
    text += writer.spell(record);
  }
  call.response.set_header("Cache-Control", "no-store");
  call.response.set_content(text, "text/vtt; charset=utf-8");
}

void remove_video(ApiContext& context, HttpCall& call) {
  const VideoRow video = video_of(*context.index.reader(), call);
  try {
    context.index.remove_video(video.id);
  } catch (const Error& e) {
    if (e.kind() == ErrorKind::kFailed) throw HttpRefusal(409, e.what());
    throw;
  }
  call.json(spelled({{"removed", video.id}}));
}

// A segment's picture never changes: its id is not used again.
void answer_with_thumbnail(ApiContext& context, HttpCall& call) {
  const std::string tag = "\"s" + std::to_string(call.ids.at(0)) + "\"";
  const bool known = names_entity(call.header("if-none-match"), tag);
  const auto picture = context.index.reader()->thumbnail(call.ids.at(0));
  if (!picture || picture->empty()) throw HttpRefusal(404, "the index has no picture of this segment");
  call.response.set_header("ETag", tag);
  call.response.set_header("Cache-Control", "private, max-age=31536000, immutable");
  if (known)
    call.response.status = 304;
  else
    call.response.set_content(*picture, "image/jpeg");
}

void answer_with_media(ApiContext& context, HttpCall& call) {
  const VideoRow video = video_of(*context.index.reader(), call);
  if (!is_file_path(video.file.path)) throw HttpRefusal(404, "this is a live stream, of which there is no file");
  answer_with_file(call, video.file.path, context.media_gate.enter());
}

}  // namespace

void add_video_routes(RouteTable& routes, ApiContext& context) {
  const auto read = [&](const char* path, void (*handler)(ApiContext&, HttpCall&)) {
    routes.add("GET", path, Access::kRead, [&context, handler](HttpCall& call) { handler(context, call); });
  };
  read("/api/v1/status", answer_with_status);
  read("/api/v1/videos", answer_with_videos);
  routes.add("GET", "/api/v1/videos/{id}", Access::kRead, [&](HttpCall& call) {
    const auto reader = context.index.reader();
    call.json(spelled(json_of(*reader, video_of(*reader, call))));
  });
  routes.add("DELETE", "/api/v1/videos/{id}", Access::kAdmin, [&](HttpCall& call) { remove_video(context, call); });
  read("/api/v1/videos/{id}/segments", answer_with_segments);
  read("/api/v1/videos/{id}/captions.vtt", answer_with_captions);
  read("/api/v1/segments/{id}/thumbnail.jpg", answer_with_thumbnail);
  read("/media/{id}", answer_with_media);
}

}  // namespace blip
