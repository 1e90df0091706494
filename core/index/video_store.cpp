#include "core/index/video_store.h"

#include <chrono>
#include <filesystem>
#include <system_error>

#include "core/base/error.h"
#include "core/index/generation_store.h"

namespace blip {
namespace {

std::int64_t seconds_now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

bool is_gone(const std::string& path) {
  if (path.find("://") != std::string::npos) return false;
  std::error_code error;
  return !std::filesystem::exists(path, error) && !error;
}

// A video with these bytes under a path where there is no file any more; the oldest of several.
std::optional<VideoId> find_moved(SqliteDatabase& database, const VideoFile& file) {
  if (file.content_hash.empty()) return std::nullopt;
  auto row = database.prepare("SELECT id, path FROM videos WHERE content_hash = ?1 AND path <> ?2 ORDER BY id");
  row.bind(file.content_hash, file.path);
  while (row.step())
    if (is_gone(row.text(1))) return row.integer(0);
  return std::nullopt;
}

bool has_content(SqliteDatabase& database, VideoId video, const std::string& content_hash) {
  auto row = database.prepare("SELECT 1 FROM videos WHERE id = ?1 AND content_hash = ?2");
  return row.bind(video, content_hash).step();
}

void set_file(SqliteDatabase& database, VideoId video, const VideoFile& file) {
  database.prepare("UPDATE videos SET path = ?2, content_hash = ?3, size = ?4, modified = ?5 WHERE id = ?1")
      .bind(video, file.path, file.content_hash, static_cast<std::int64_t>(file.size), file.modified)
      .run();
}

}  // namespace

std::optional<IndexModels> read_models(SqliteDatabase& database) {
  auto row = database.prepare(
      "SELECT embedder, embedder_model, embedding_size, captioner, captioner_model, features FROM models");
  if (!row.step()) return std::nullopt;
  return IndexModels{row.text(0), row.text(1), row.integer(2), row.text(3), row.text(4), row.text(5)};
}

void store_models(SqliteDatabase& database, const IndexModels& models) {
  IndexModels stored = models;
  const auto before = read_models(database);
  const bool settled = before && database.value("SELECT count(*) FROM (SELECT 1 FROM generations LIMIT 1)") > 0;
  if (settled && (before->embedder != models.embedder || before->embedding_size != models.embedding_size))
    throw Error(ErrorKind::kInvalidArgument,
                "index '" + database.file().string() + "' was made with model '" + before->embedder_model +
                    "', and embeddings of '" + models.embedder_model +
                    "' cannot be compared with its: name the same model, or another index with --index");
  if (settled && stored.features.empty()) stored.features = before->features;
  if (settled && !before->features.empty() && before->features != stored.features)
    throw Error(ErrorKind::kInvalidArgument, "index '" + database.file().string() +
                                                 "' keeps features of another vision model than that of '" +
                                                 models.embedder_model + "'");
  database
      .prepare(
          "INSERT INTO models(id, embedder, embedder_model, embedding_size, captioner, captioner_model, features) "
          "VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT(id) DO UPDATE SET embedder = excluded.embedder, "
          "embedder_model = excluded.embedder_model, embedding_size = excluded.embedding_size, "
          "captioner = excluded.captioner, captioner_model = excluded.captioner_model, features = excluded.features")
      .bind(stored.embedder, stored.embedder_model, stored.embedding_size, stored.captioner, stored.captioner_model,
            stored.features)
      .run();
}

std::optional<VideoId> find_video(SqliteDatabase& database, const std::string& path) {
  auto row = database.prepare("SELECT id FROM videos WHERE path = ?1");
  if (!row.bind(path).step()) return std::nullopt;
  return row.integer(0);
}

VideoId add_video(SqliteDatabase& database, const VideoFile& file) {
  database
      .prepare("INSERT INTO videos(path, content_hash, size, modified, state, added) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
      .bind(file.path, file.content_hash, static_cast<std::int64_t>(file.size), file.modified,
            static_cast<int>(VideoState::kWaiting), seconds_now())
      .run();
  return database.last_insert_id();
}

void set_state(SqliteDatabase& database, VideoId video, VideoState state, const std::string& error) {
  database.prepare("UPDATE videos SET state = ?2, error = ?3, indexed = iif(?4 > 0, ?4, indexed) WHERE id = ?1")
      .bind(video, static_cast<int>(state), error, state == VideoState::kDone ? seconds_now() : 0)
      .run();
}

VideoWork begin_work(SqliteDatabase& database, const VideoFile& file, const std::string& recipe, bool renew) {
  auto known = find_video(database, file.path);
  bool moved = false;
  if (!known || !has_content(database, *known, file.content_hash)) {
    if (const auto before = find_moved(database, file)) {
      if (known) database.prepare("DELETE FROM videos WHERE id = ?1").bind(*known).run();
      known = before;
      moved = true;
    }
  }
  VideoWork work;
  work.video = known ? *known : add_video(database, file);
  set_file(database, work.video, file);

  const auto same = [&](const Generation& generation) {
    return generation.content_hash == file.content_hash && generation.recipe == recipe;
  };
  const auto answering = answering_generation(database, work.video);
  const auto unfinished = unfinished_generation(database, work.video);
  if (answering && answering->finished && same(*answering) && !renew) {
    if (unfinished) remove_generation(database, unfinished->id);
    work.kind = moved ? VideoWork::Kind::kMoved : VideoWork::Kind::kNothing;
    work.generation = answering->id;
    work.segments_done = answering->next_ordinal;
    work.done_until = answering->position;
    database.prepare("UPDATE videos SET state = ?2, error = '' WHERE id = ?1")
        .bind(work.video, static_cast<int>(VideoState::kDone))
        .run();
    return work;
  }
  set_state(database, work.video, VideoState::kIndexing, "");
  if (unfinished && same(*unfinished)) {
    work.kind = VideoWork::Kind::kResume;
    work.generation = unfinished->id;
    work.segments_done = unfinished->next_ordinal;
    work.done_until = unfinished->position;
    return work;
  }
  if (unfinished) remove_generation(database, unfinished->id);
  work.kind = answering && answering->finished ? VideoWork::Kind::kRenew : VideoWork::Kind::kNew;
  work.generation = begin_generation(database, work.video, file.content_hash, recipe).id;
  return work;
}

}  // namespace blip
