#include "core/index/video_rows.h"

#include <filesystem>

#include "core/base/error.h"
#include "core/index/video_store.h"

namespace blip {
namespace {

const std::string kVideos =
    "SELECT v.id, v.path, v.content_hash, v.size, v.modified, v.duration, v.width, v.height, v.state, v.error, "
    "v.added, v.indexed, v.generation, a.segments, n.id, n.position, n.finished, n.segments, n.thumbnails, n.captions, "
    "n.subtitles, n.features FROM videos v LEFT JOIN generations a ON a.id = v.generation LEFT JOIN generations n ON "
    "n.id = (SELECT max(id) FROM generations WHERE video = v.id) ";

// Stages that the index's models have: all videos show the same, besides subtitles, which most have none of.
std::vector<StageCount> stages_of(const SqliteStatement& row, const std::optional<IndexModels>& models,
                                  VideoState video) {
  const VideoState state = row.integer(16) != 0 ? VideoState::kDone : video;
  std::vector<StageCount> stages = {{"frames", state, row.integer(17)},
                                    {"embeddings", state, row.integer(17)},
                                    {"thumbnails", state, row.integer(18)}};
  const bool captions = models && !models->captioner.empty(), features = models && !models->features.empty();
  if (captions || row.integer(19) > 0) stages.push_back({"captions", state, row.integer(19)});
  if (row.integer(20) > 0) stages.push_back({"subtitles", state, row.integer(20)});
  if (features || row.integer(21) > 0) stages.push_back({"features", state, row.integer(21)});
  return stages;
}

VideoRow row_of(const SqliteStatement& row, const std::optional<IndexModels>& models) {
  VideoRow video;
  video.id = row.integer(0);
  video.file = {row.text(1), row.text(2), static_cast<std::uint64_t>(row.integer(3)), row.integer(4)};
  video.size = {row.integer(5), static_cast<int>(row.integer(6)), static_cast<int>(row.integer(7))};
  video.state = static_cast<VideoState>(row.integer(8));
  video.error = row.text(9);
  video.added = row.integer(10);
  video.indexed = row.integer(11);
  video.generation = row.integer(12);
  video.segments = row.integer(13);
  video.position = row.integer(15);
  video.renewing = video.generation != 0 && row.integer(14) != video.generation;
  video.stages = stages_of(row, models, video.state);
  return video;
}

std::optional<VideoRow> first_video(SqliteDatabase& database, const std::string& condition, const std::string& path) {
  auto row = database.prepare(kVideos + condition);
  if (!row.bind(path).step()) return std::nullopt;
  return row_of(row, read_models(database));
}

std::optional<VideoRow> video_that_ends_with(SqliteDatabase& database, const std::string& path) {
  auto row = database.prepare("SELECT id, path FROM videos WHERE substr(path, -length(?1)) = ?1 ORDER BY path LIMIT 3");
  row.bind("/" + path);
  std::vector<std::string> paths;
  VideoId id = 0;
  while (row.step()) {
    id = row.integer(0);
    paths.push_back(row.text(1));
  }
  if (paths.empty()) return std::nullopt;
  if (paths.size() > 1)
    throw Error(ErrorKind::kInvalidArgument, "'" + path + "' is the name of several videos of the index: '" + paths[0] +
                                                 "', '" + paths[1] + (paths.size() > 2 ? "', …" : "'") +
                                                 "; write more of the path");
  return read_video(database, id);
}

}  // namespace

std::vector<VideoRow> read_videos(SqliteDatabase& database) {
  const auto models = read_models(database);
  auto row = database.prepare(kVideos + "ORDER BY v.path");
  std::vector<VideoRow> videos;
  while (row.step()) videos.push_back(row_of(row, models));
  return videos;
}

std::optional<VideoRow> read_video(SqliteDatabase& database, VideoId id) {
  auto row = database.prepare(kVideos + "WHERE v.id = ?1");
  if (!row.bind(id).step()) return std::nullopt;
  return row_of(row, read_models(database));
}

std::optional<VideoRow> read_video_at(SqliteDatabase& database, const std::string& path) {
  if (auto video = first_video(database, "WHERE v.path = ?1", path)) return video;
  if (path.find("://") != std::string::npos || path.empty()) return std::nullopt;
  const auto absolute = std::filesystem::absolute(path).lexically_normal().string();
  if (auto video = first_video(database, "WHERE v.path = ?1", absolute)) return video;
  return video_that_ends_with(database, std::filesystem::path(path).relative_path().lexically_normal().string());
}

IndexStatus read_status(SqliteDatabase& database) {
  IndexStatus status;
  auto videos = database.prepare("SELECT state, count(*), total(duration) FROM videos GROUP BY state");
  while (videos.step()) {
    const std::int64_t count = videos.integer(1);
    status.videos += count;
    switch (static_cast<VideoState>(videos.integer(0))) {
      case VideoState::kWaiting:
        status.waiting = count;
        break;
      case VideoState::kIndexing:
        status.indexing = count;
        break;
      case VideoState::kDone:
        status.done = count;
        status.duration = static_cast<std::int64_t>(videos.real(2));
        break;
      case VideoState::kFailed:
        status.failed = count;
        break;
    }
  }
  auto sums = database.prepare(
      "SELECT coalesce(sum(g.segments), 0), coalesce(sum(g.captions), 0), coalesce(sum(g.thumbnails), 0), "
      "coalesce(sum(g.features), 0) FROM videos v JOIN generations g ON g.id = v.generation");
  sums.step();
  status.segments = sums.integer(0);
  status.captions = sums.integer(1);
  status.thumbnails = sums.integer(2);
  status.features = sums.integer(3);
  status.schema = database.value("PRAGMA user_version");
  return status;
}

}  // namespace blip
