#include "core/index/index_schema.h"

#include <array>
#include <string>
#include <system_error>

#include "core/base/error.h"
#include "core/index/index_lock.h"

namespace blip {
namespace {

constexpr std::int64_t kApplication = 0x424c4958;  // "BLIX"

// One string a version: what brings a file from the version before to this one. Never changed once it is released.
//
// A video has generations; `videos.generation` is the one that answers. Its segments have a sequence, those of a hidden
// one have none. Only segments with a sequence are in the full-text index and in the copy of the embeddings; triggers
// follow the sequence. `place` holds the last sequence, `removals` the segments that ceased to answer, `sessions` where
// each writer began: core/index/index_reader.h says what they are for.
//
// Words are cut as Unicode says, without regard to case and accents, and English endings are taken off (porter), so
// that "circle" finds "two circles".
constexpr std::array kSteps = {
    R"sql(
CREATE TABLE models(
  id INTEGER PRIMARY KEY CHECK (id = 1),
  embedder TEXT NOT NULL,
  embedder_model TEXT NOT NULL,
  embedding_size INTEGER NOT NULL CHECK (embedding_size > 0),
  captioner TEXT NOT NULL,
  captioner_model TEXT NOT NULL,
  features TEXT NOT NULL
) STRICT;

CREATE TABLE videos(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  path TEXT NOT NULL UNIQUE,
  content_hash TEXT NOT NULL,
  size INTEGER NOT NULL,
  modified INTEGER NOT NULL,
  duration INTEGER NOT NULL DEFAULT 0,
  width INTEGER NOT NULL DEFAULT 0,
  height INTEGER NOT NULL DEFAULT 0,
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3),
  error TEXT NOT NULL DEFAULT '',
  added INTEGER NOT NULL,
  indexed INTEGER NOT NULL DEFAULT 0,
  generation INTEGER REFERENCES generations(id) ON DELETE SET NULL
) STRICT;
CREATE INDEX videos_by_content ON videos(content_hash);
CREATE INDEX videos_by_generation ON videos(generation);

CREATE TABLE generations(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  video INTEGER NOT NULL REFERENCES videos(id) ON DELETE CASCADE,
  content_hash TEXT NOT NULL,
  recipe TEXT NOT NULL,
  finished INTEGER NOT NULL DEFAULT 0,
  next_ordinal INTEGER NOT NULL DEFAULT 0,
  position INTEGER NOT NULL DEFAULT 0,
  segments INTEGER NOT NULL DEFAULT 0,
  thumbnails INTEGER NOT NULL DEFAULT 0,
  captions INTEGER NOT NULL DEFAULT 0,
  subtitles INTEGER NOT NULL DEFAULT 0,
  features INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX generations_by_video ON generations(video);

CREATE TABLE segments(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  video INTEGER NOT NULL,
  generation INTEGER NOT NULL REFERENCES generations(id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  sequence INTEGER,
  start_time INTEGER NOT NULL,
  end_time INTEGER NOT NULL,
  frame_time INTEGER NOT NULL,
  caption TEXT NOT NULL,
  subtitle TEXT NOT NULL,
  embedding BLOB NOT NULL,
  UNIQUE (generation, ordinal)
) STRICT;
CREATE UNIQUE INDEX segments_by_sequence ON segments(sequence) WHERE sequence IS NOT NULL;

CREATE TABLE thumbnails(
  segment INTEGER PRIMARY KEY REFERENCES segments(id) ON DELETE CASCADE,
  jpeg BLOB NOT NULL
) STRICT;
CREATE TABLE features(
  segment INTEGER PRIMARY KEY REFERENCES segments(id) ON DELETE CASCADE,
  tokens INTEGER NOT NULL,
  width INTEGER NOT NULL,
  numbers BLOB NOT NULL
) STRICT;

CREATE TABLE place(id INTEGER PRIMARY KEY CHECK (id = 1), sequence INTEGER NOT NULL) STRICT;
INSERT INTO place VALUES (1, 0);
CREATE TABLE removals(number INTEGER PRIMARY KEY AUTOINCREMENT, segment INTEGER NOT NULL) STRICT;
CREATE TABLE sessions(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  session INTEGER NOT NULL UNIQUE,
  sequence INTEGER NOT NULL,
  removal INTEGER NOT NULL
) STRICT;

CREATE VIEW texts(id, caption, subtitle) AS
  SELECT id, caption, subtitle FROM segments WHERE sequence IS NOT NULL AND (caption <> '' OR subtitle <> '');
CREATE VIRTUAL TABLE words USING fts5(
  caption, subtitle, content = 'texts', content_rowid = 'id', tokenize = 'porter unicode61 remove_diacritics 2');

CREATE TRIGGER segment_added AFTER INSERT ON segments
WHEN new.sequence IS NOT NULL AND (new.caption <> '' OR new.subtitle <> '')
BEGIN
  INSERT INTO words(rowid, caption, subtitle) VALUES (new.id, new.caption, new.subtitle);
END;
CREATE TRIGGER segment_shown AFTER UPDATE OF sequence ON segments
WHEN old.sequence IS NULL AND new.sequence IS NOT NULL AND (new.caption <> '' OR new.subtitle <> '')
BEGIN
  INSERT INTO words(rowid, caption, subtitle) VALUES (new.id, new.caption, new.subtitle);
END;
CREATE TRIGGER segment_removed AFTER DELETE ON segments
WHEN old.sequence IS NOT NULL
BEGIN
  INSERT INTO removals(segment) VALUES (old.id);
  INSERT INTO words(words, rowid, caption, subtitle)
    SELECT 'delete', old.id, old.caption, old.subtitle WHERE old.caption <> '' OR old.subtitle <> '';
END;
)sql",
    R"sql(
CREATE TABLE standing_queries(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  text TEXT NOT NULL,
  threshold REAL NOT NULL,
  webhook TEXT NOT NULL
) STRICT;
)sql",
};
static_assert(kSteps.size() == kIndexSchema);

std::string quoted(const SqliteDatabase& database) {
  return "'" + database.file().string() + "'";
}

// Throws for what is no index or too new an one; else the version, 0 for an empty file.
std::int64_t version_of(SqliteDatabase& database) {
  const std::int64_t application = database.value("PRAGMA application_id");
  const std::int64_t version = database.value("PRAGMA user_version");
  if (application != kApplication) {
    const bool empty = application == 0 && database.value("SELECT count(*) FROM sqlite_schema") == 0;
    if (!empty)
      throw Error(ErrorKind::kInvalidData, quoted(database) +
                                               " is not an index but another program's SQLite database; name another "
                                               "file with --index");
    return 0;
  }
  if (version > kIndexSchema)
    throw Error(ErrorKind::kUnsupported, "index " + quoted(database) + " has schema " + std::to_string(version) +
                                             ", this program knows schemas up to " + std::to_string(kIndexSchema) +
                                             ": use the newer gst-blip that wrote it");
  return version;
}

// Readers go on while one writes. What was committed survives the process's death, not always the machine's.
void use_log(SqliteDatabase& database) {
  {
    auto mode = database.prepare("PRAGMA journal_mode = WAL");
    mode.step();
    if (mode.text(0) != "wal")
      throw Error(ErrorKind::kFailed,
                  "index " + quoted(database) +
                      " lies on a file system that SQLite's log (WAL) does not work on: put it on a "
                      "local disk with --index");
  }
  database.execute("PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 67108864");
}

}  // namespace

void make_index_folder(const std::filesystem::path& index) {
  const auto folder = index.parent_path();
  std::error_code error;
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  if (error)
    throw Error(ErrorKind::kFailed, "cannot make folder '" + folder.string() + "' for the index: " + error.message());
}

std::unique_ptr<SqliteDatabase> open_index(const std::filesystem::path& index) {
  make_index_folder(index);
  auto database = std::make_unique<SqliteDatabase>(index, SqliteDatabase::Access::kCreate);
  version_of(*database);  // before another program's file is changed
  use_log(*database);
  prepare_index(*database);
  return database;
}

void prepare_index(SqliteDatabase& database) {
  if (version_of(database) == kIndexSchema) return;
  SqliteTransaction transaction(database, SqliteTransaction::Kind::kWrite);
  const std::int64_t version = version_of(database);  // another program may have come first
  for (auto step = static_cast<std::size_t>(version); step < kSteps.size(); ++step) database.execute(kSteps[step]);
  database.execute("PRAGMA application_id = " + std::to_string(kApplication) +
                   "; PRAGMA user_version = " + std::to_string(kIndexSchema));
  transaction.commit();
}

void update_index(const std::filesystem::path& index) {
  std::int64_t version = 0;
  {
    SqliteDatabase database(index, SqliteDatabase::Access::kRead);
    version = version_of(database);
  }
  if (version == 0 || version == kIndexSchema) return;
  try {
    const IndexLock lock(index);
    open_index(index);
  } catch (const Error& error) {
    throw Error(ErrorKind::kUnsupported, "index '" + index.string() + "' has the older schema " +
                                             std::to_string(version) + " and cannot be brought up to date to " +
                                             std::to_string(kIndexSchema) + ": " + error.what());
  }
}

void expect_index(SqliteDatabase& database) {
  if (version_of(database) == 0)
    throw Error(ErrorKind::kNotFound,
                "there is nothing in index " + quoted(database) + " yet: 'gst-blip index add VIDEOS' fills it");
}

}  // namespace blip
