#include "core/index/index_merge.h"

#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "core/base/error.h"
#include "core/base/half_float.h"
#include "core/index/generation_store.h"
#include "core/index/index_schema.h"
#include "core/index/stored_rows.h"
#include "core/index/video_store.h"

namespace blip {
namespace {

struct FinishedVideo {
  VideoId id = 0;
  VideoFile file;
  VideoSize size;
  std::int64_t added = 0, indexed = 0, generation = 0;
  std::string recipe;
};

std::vector<FinishedVideo> finished_videos(SqliteDatabase& database) {
  std::vector<FinishedVideo> videos;
  auto row = database.prepare(
      "SELECT v.id, v.path, g.content_hash, v.size, v.modified, v.duration, v.width, v.height, v.added, v.indexed, "
      "g.id, g.recipe FROM videos v JOIN generations g ON g.id = v.generation WHERE v.state = ?1 AND g.finished "
      "ORDER BY v.path");
  row.bind(static_cast<int>(VideoState::kDone));
  while (row.step())
    videos.push_back({row.integer(0),
                      {row.text(1), row.text(2), static_cast<std::uint64_t>(row.integer(3)), row.integer(4)},
                      {row.integer(5), static_cast<int>(row.integer(6)), static_cast<int>(row.integer(7))},
                      row.integer(8),
                      row.integer(9),
                      row.integer(10),
                      row.text(11)});
  return videos;
}

// Whether the video that is here under this path stays: it is done, and has the same bytes or newer ones.
bool stays(SqliteDatabase& database, VideoId video, const VideoFile& other) {
  auto row = database.prepare("SELECT state, content_hash, modified FROM videos WHERE id = ?1");
  row.bind(video).step();
  if (row.integer(0) != static_cast<int>(VideoState::kDone)) return false;
  return row.text(1) == other.content_hash || row.integer(2) >= other.modified;
}

Segment read_segment(SqliteDatabase& from, const SqliteStatement& row, std::int64_t embedding_size,
                     const std::string& path) {
  Segment segment;
  const SegmentId id = row.integer(0);
  segment.start = row.integer(1);
  segment.end = row.integer(2);
  segment.frame_time = row.integer(3);
  segment.caption = row.text(4);
  segment.subtitle = row.text(5);
  segment.embedding = to_floats(halves_of(row.bytes(6)));
  if (static_cast<std::int64_t>(segment.embedding.size()) != embedding_size)
    throw Error(ErrorKind::kInvalidData, "index '" + from.file().string() + "': the embedding of segment " +
                                             std::to_string(id) + " of '" + path +
                                             "' is damaged; index that video again");
  segment.thumbnail = read_thumbnail(from, id).value_or("");
  segment.features = read_features(from, id);
  return segment;
}

void copy_video(SqliteDatabase& into, SqliteDatabase& from, const FinishedVideo& video, std::int64_t embedding_size) {
  const VideoId id = add_video(into, video.file);
  into.prepare("UPDATE videos SET duration = ?2, width = ?3, height = ?4, added = ?5 WHERE id = ?1")
      .bind(id, video.size.duration, video.size.width, video.size.height, video.added)
      .run();
  Generation generation = begin_generation(into, id, video.file.content_hash, video.recipe);
  auto row = from.prepare(
      "SELECT id, start_time, end_time, frame_time, caption, subtitle, embedding FROM segments WHERE generation = ?1 "
      "ORDER BY ordinal");
  row.bind(video.generation);
  while (row.step()) append_segment(into, generation, read_segment(from, row, embedding_size, video.file.path));
  finish_generation(into, generation);
  into.prepare("UPDATE videos SET state = ?2, indexed = ?3 WHERE id = ?1")
      .bind(id, static_cast<int>(VideoState::kDone), video.indexed)
      .run();
}

void take_models(SqliteDatabase& into, const std::filesystem::path& other, const IndexModels& theirs) {
  auto models = read_models(into);
  if (!models) return store_models(into, theirs);
  if (models->embedder != theirs.embedder)
    throw Error(ErrorKind::kInvalidArgument, "index '" + other.string() + "' was made with model '" +
                                                 theirs.embedder_model + "', '" + into.file().string() + "' with '" +
                                                 models->embedder_model + "': their embeddings cannot be compared");
  if (!theirs.features.empty()) models->features = theirs.features;
  store_models(into, *models);
}

}  // namespace

std::int64_t merge_index(SqliteDatabase& into, const std::filesystem::path& other) {
  if (!std::filesystem::exists(other))
    throw Error(ErrorKind::kNotFound, "there is no index '" + other.string() + "' to be merged");
  if (std::error_code none; std::filesystem::equivalent(into.file(), other, none))
    throw Error(ErrorKind::kInvalidArgument, "index '" + other.string() + "' cannot be merged into itself");
  update_index(other);
  SqliteDatabase from(other, SqliteDatabase::Access::kRead);
  expect_index(from);
  const SqliteTransaction hold(from, SqliteTransaction::Kind::kRead);
  const auto models = read_models(from);
  if (!models) return 0;
  {
    SqliteTransaction transaction(into, SqliteTransaction::Kind::kWrite);
    take_models(into, other, *models);
    transaction.commit();
  }
  std::int64_t taken = 0;
  for (const FinishedVideo& video : finished_videos(from)) {
    SqliteTransaction transaction(into, SqliteTransaction::Kind::kWrite);
    const auto known = find_video(into, video.file.path);
    if (known && stays(into, *known, video.file)) continue;
    if (known) into.prepare("DELETE FROM videos WHERE id = ?1").bind(*known).run();
    copy_video(into, from, video, models->embedding_size);
    transaction.commit();
    ++taken;
  }
  return taken;
}

}  // namespace blip
