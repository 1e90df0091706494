#include "core/index/generation_store.h"

#include <algorithm>

#include "core/base/half_float.h"

namespace blip {
namespace {

const std::string kGenerations =
    "SELECT g.id, g.video, g.content_hash, g.recipe, g.finished, g.next_ordinal, g.position, v.generation IS g.id "
    "FROM generations g JOIN videos v ON v.id = g.video ";

std::optional<Generation> read_generation(SqliteDatabase& database, const std::string& condition, std::int64_t key) {
  auto row = database.prepare(kGenerations + condition);
  row.bind(key);
  if (!row.step()) return std::nullopt;
  Generation generation;
  generation.id = row.integer(0);
  generation.video = row.integer(1);
  generation.content_hash = row.text(2);
  generation.recipe = row.text(3);
  generation.finished = row.integer(4) != 0;
  generation.next_ordinal = row.integer(5);
  generation.position = row.integer(6);
  generation.answers = row.integer(7) != 0;
  return generation;
}

// The first of `count` sequences that were not used before.
std::int64_t take_sequences(SqliteDatabase& database, std::int64_t count) {
  database.prepare("UPDATE place SET sequence = sequence + ?1").bind(count).run();
  return database.value("SELECT sequence FROM place") - count + 1;
}

void store_thumbnail(SqliteDatabase& database, SegmentId segment, const std::string& jpeg) {
  database.prepare("INSERT INTO thumbnails(segment, jpeg) VALUES (?1, ?2)")
      .bind(segment, std::as_bytes(std::span(jpeg)))
      .run();
}

void store_features(SqliteDatabase& database, SegmentId segment, const StoredFeatures& features) {
  database.prepare("INSERT INTO features(segment, tokens, width, numbers) VALUES (?1, ?2, ?3, ?4)")
      .bind(segment, features.tokens, features.width, std::as_bytes(std::span(features.values)))
      .run();
}

// The segments of a generation that was hidden begin to answer, in their order.
void show_segments(SqliteDatabase& database, std::int64_t generation) {
  auto range =
      database.prepare("SELECT min(ordinal), max(ordinal) FROM segments WHERE generation = ?1 AND sequence IS NULL");
  range.bind(generation).step();
  if (range.is_null(0)) return;
  const std::int64_t lowest = range.integer(0), highest = range.integer(1);
  const std::int64_t first = take_sequences(database, highest - lowest + 1);
  database.prepare("UPDATE segments SET sequence = ?2 + ordinal WHERE generation = ?1 AND sequence IS NULL")
      .bind(generation, first - lowest)
      .run();
}

}  // namespace

std::optional<Generation> find_generation(SqliteDatabase& database, std::int64_t id) {
  return read_generation(database, "WHERE g.id = ?1", id);
}

std::optional<Generation> answering_generation(SqliteDatabase& database, VideoId video) {
  return read_generation(database, "WHERE v.id = ?1 AND g.id = v.generation", video);
}

std::optional<Generation> unfinished_generation(SqliteDatabase& database, VideoId video) {
  return read_generation(database, "WHERE v.id = ?1 AND NOT g.finished ORDER BY g.id DESC LIMIT 1", video);
}

Generation begin_generation(SqliteDatabase& database, VideoId video, const std::string& content_hash,
                            const std::string& recipe) {
  database.prepare("INSERT INTO generations(video, content_hash, recipe) VALUES (?1, ?2, ?3)")
      .bind(video, content_hash, recipe)
      .run();
  const std::int64_t id = database.last_insert_id();
  database.prepare("UPDATE videos SET generation = ?2 WHERE id = ?1 AND generation IS NULL").bind(video, id).run();
  return *find_generation(database, id);
}

void remove_generation(SqliteDatabase& database, std::int64_t id) {
  database.prepare("DELETE FROM generations WHERE id = ?1").bind(id).run();
}

std::optional<std::int64_t> last_start(SqliteDatabase& database, const Generation& generation) {
  auto row = database.prepare("SELECT start_time FROM segments WHERE generation = ?1 AND ordinal = ?2");
  if (!row.bind(generation.id, generation.next_ordinal - 1).step()) return std::nullopt;
  return row.integer(0);
}

SegmentId append_segment(SqliteDatabase& database, Generation& generation, const Segment& segment) {
  const auto embedding = to_halves(segment.embedding);
  auto insert = database.prepare(
      "INSERT INTO segments(video, generation, ordinal, start_time, end_time, frame_time, caption, subtitle, "
      "embedding, sequence) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, nullif(?10, 0))");
  const std::int64_t sequence = generation.answers ? take_sequences(database, 1) : 0;
  insert
      .bind(generation.video, generation.id, generation.next_ordinal, segment.start, segment.end, segment.frame_time,
            segment.caption, segment.subtitle, std::as_bytes(std::span(embedding)), sequence)
      .run();
  const SegmentId id = database.last_insert_id();
  if (!segment.thumbnail.empty()) store_thumbnail(database, id, segment.thumbnail);
  if (segment.features) store_features(database, id, *segment.features);
  ++generation.next_ordinal;
  generation.position = std::max(generation.position, segment.end);
  database
      .prepare(
          "UPDATE generations SET next_ordinal = ?2, position = ?3, segments = segments + 1, thumbnails = thumbnails + "
          "?4, captions = captions + ?5, subtitles = subtitles + ?6, features = features + ?7 WHERE id = ?1")
      .bind(generation.id, generation.next_ordinal, generation.position, !segment.thumbnail.empty(),
            !segment.caption.empty(), !segment.subtitle.empty(), segment.features.has_value())
      .run();
  return id;
}

std::int64_t remove_segments_below(SqliteDatabase& database, const Generation& generation, std::int64_t ordinal) {
  auto count = database.prepare(
      "SELECT count(*), count(t.segment), sum(s.caption <> ''), sum(s.subtitle <> ''), count(f.segment) FROM segments "
      "s LEFT JOIN thumbnails t ON t.segment = s.id LEFT JOIN features f ON f.segment = s.id WHERE s.generation = ?1 "
      "AND s.ordinal < ?2");
  count.bind(generation.id, ordinal).step();
  const std::int64_t removed = count.integer(0);
  database
      .prepare(
          "UPDATE generations SET segments = segments - ?2, thumbnails = thumbnails - ?3, captions = captions - ?4, "
          "subtitles = subtitles - ?5, features = features - ?6 WHERE id = ?1")
      .bind(generation.id, removed, count.integer(1), count.integer(2), count.integer(3), count.integer(4))
      .run();
  database.prepare("DELETE FROM segments WHERE generation = ?1 AND ordinal < ?2").bind(generation.id, ordinal).run();
  return removed;
}

void finish_generation(SqliteDatabase& database, const Generation& generation) {
  database.prepare("DELETE FROM generations WHERE video = ?1 AND id <> ?2").bind(generation.video, generation.id).run();
  database.prepare("UPDATE generations SET finished = 1 WHERE id = ?1").bind(generation.id).run();
  database.prepare("UPDATE videos SET generation = ?2 WHERE id = ?1").bind(generation.video, generation.id).run();
  if (!generation.answers) show_segments(database, generation.id);
}

}  // namespace blip
