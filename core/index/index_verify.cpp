#include "core/index/index_verify.h"

#include <sqlite3.h>

#include <cmath>
#include <memory>
#include <string>
#include <utility>

#include "core/base/error.h"
#include "core/base/half_float.h"
#include "core/index/stored_rows.h"
#include "core/index/video_store.h"

namespace blip {
namespace {

constexpr std::size_t kLinesOfAKind = 10;

// Problems of one kind: the first lines, and how many more there are.
class Findings {
 public:
  explicit Findings(std::vector<std::string>& problems) : problems_(problems) {}
  ~Findings() {
    if (count_ > kLinesOfAKind)
      problems_.push_back("… and " + std::to_string(count_ - kLinesOfAKind) + " more of these");
  }
  Findings(const Findings&) = delete;
  Findings& operator=(const Findings&) = delete;
  void add(const std::string& problem) {
    if (++count_ <= kLinesOfAKind) problems_.push_back(problem);
  }

 private:
  std::vector<std::string>& problems_;
  std::size_t count_ = 0;
};

void check_pages(SqliteDatabase& database, bool contents, Findings& findings) {
  auto row = database.prepare(contents ? "PRAGMA integrity_check" : "PRAGMA quick_check");
  while (row.step())
    if (row.text(0) != "ok") findings.add("the file is damaged: " + row.text(0));
}

void check_references(SqliteDatabase& database, Findings& findings) {
  auto row = database.prepare("PRAGMA foreign_key_check");
  while (row.step())
    findings.add("row " + std::to_string(row.integer(1)) + " of table " + row.text(0) + " belongs to a row of table " +
                 row.text(2) + " that is not there");
}

// Counts that the index keeps, against the rows themselves.
void check_videos(SqliteDatabase& database, Findings& findings) {
  auto row = database.prepare(
      "SELECT v.path, g.id, g.segments, g.thumbnails, g.captions, g.subtitles, g.features, g.next_ordinal, "
      "v.generation IS g.id, count(s.id), count(t.segment), total(s.caption <> ''), total(s.subtitle <> ''), "
      "count(f.segment), max(s.ordinal), min(s.ordinal), count(s.sequence), total(s.video <> g.video) FROM generations "
      "g JOIN videos v ON v.id = g.video LEFT JOIN segments s ON s.generation = g.id LEFT JOIN thumbnails t ON "
      "t.segment = s.id LEFT JOIN features f ON f.segment = s.id GROUP BY g.id ORDER BY v.path, g.id");
  while (row.step()) {
    const std::string name = "'" + row.text(0) + "': ";
    static constexpr const char* kCounted[] = {"segments", "thumbnails", "captions", "subtitles", "features"};
    for (int i = 0; i < 5; ++i)
      if (row.integer(2 + i) != row.integer(9 + i))
        findings.add(name + std::to_string(row.integer(9 + i)) + " " + kCounted[i] + " are there, " +
                     std::to_string(row.integer(2 + i)) + " were counted");
    const std::int64_t segments = row.integer(9);
    if (segments > 0 && (row.integer(14) != row.integer(7) - 1 || row.integer(14) - row.integer(15) + 1 != segments))
      findings.add(name + std::to_string(segments) + " segments are numbered from " + std::to_string(row.integer(15)) +
                   " to " + std::to_string(row.integer(14)) + ", the next would be " + std::to_string(row.integer(7)));
    if (row.integer(16) != (row.integer(8) != 0 ? segments : 0))
      findings.add(name + std::to_string(row.integer(16)) + " of " + std::to_string(segments) +
                   " segments can be found, " + (row.integer(8) != 0 ? "all" : "none") + " should be");
    if (row.integer(17) != 0) findings.add(name + "some of its segments are marked as another video's");
  }
  auto state = database.prepare(
      "SELECT v.path FROM videos v LEFT JOIN generations g ON g.id = v.generation AND g.video = v.id WHERE (v.state = "
      "?1 AND NOT coalesce(g.finished, 0)) OR (v.generation IS NOT NULL AND g.id IS NULL)");
  state.bind(static_cast<int>(VideoState::kDone));
  while (state.step()) findings.add("'" + state.text(0) + "': is said to be done, and nothing finished belongs to it");
  auto order = database.prepare(
      "SELECT (SELECT sequence FROM place), (SELECT max(sequence) FROM segments), (SELECT count(*) FROM removals r "
      "JOIN "
      "segments s ON s.id = r.segment)");
  order.step();
  if (order.integer(0) < order.integer(1)) findings.add("the count of segments that ever answered is too low");
  if (order.integer(2) > 0)
    findings.add(std::to_string(order.integer(2)) + " segments are there that are said to be removed");
}

void check_embedding(const std::string& name, std::span<const std::byte> bytes, std::int64_t size, Findings& findings) {
  if (static_cast<std::int64_t>(bytes.size()) != 2 * size)
    return findings.add(name + "an embedding of " + std::to_string(bytes.size()) + " bytes, " +
                        std::to_string(2 * size) + " are expected");
  double squares = 0;
  for (const float value : to_floats(halves_of(bytes))) squares += double{value} * value;
  if (!(std::abs(std::sqrt(squares) - 1) <= 0.01))
    findings.add(name + "an embedding of length " + std::to_string(std::sqrt(squares)) + ", 1 is expected");
}

std::int64_t check_segments(SqliteDatabase& database, Findings& findings) {
  const auto models = read_models(database);
  auto row = database.prepare(
      "SELECT s.id, v.path, s.generation, s.start_time, s.end_time, s.embedding FROM segments s LEFT JOIN videos v ON "
      "v.id = s.video ORDER BY s.generation, s.ordinal");
  std::int64_t count = 0, generation = 0, start = 0;
  while (row.step()) {
    ++count;
    const std::string name = "segment " + std::to_string(row.integer(0)) + " of '" + row.text(1) + "': ";
    if (row.integer(4) < row.integer(3)) findings.add(name + "it ends before it begins");
    if (row.integer(2) == generation && row.integer(3) < start) findings.add(name + "it begins before the one before");
    generation = row.integer(2);
    start = row.integer(3);
    check_embedding(name, row.bytes(5), models ? models->embedding_size : 0, findings);
  }
  return count;
}

void check_pictures(SqliteDatabase& database, Findings& findings) {
  auto thumbnail = database.prepare(
      "SELECT segment FROM thumbnails WHERE substr(jpeg, 1, 3) IS NOT x'ffd8ff' OR substr(jpeg, -2) IS NOT x'ffd9'");
  while (thumbnail.step())
    findings.add("segment " + std::to_string(thumbnail.integer(0)) + ": its thumbnail is no whole JPEG picture");
  auto features = database.prepare("SELECT segment FROM features WHERE length(numbers) IS NOT 2 * tokens * width");
  while (features.step())
    findings.add("segment " + std::to_string(features.integer(0)) +
                 ": its features have another size than they should");
}

struct CloseDatabase {
  void operator()(sqlite3* handle) const { sqlite3_close(handle); }
};

// FTS5 checks itself only by a command that writes, for which a reader has no right and no lock. So the tables of the
// full-text index are copied into memory, with the texts it was made of, and are checked there.
void check_words(SqliteDatabase& database, Findings& findings) {
  sqlite3* opened = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI;
  const int opening = sqlite3_open_v2(":memory:", &opened, flags, nullptr);
  const std::unique_ptr<sqlite3, CloseDatabase> copy(opened);
  const auto run = [&](const std::string& sql) {
    return sqlite3_exec(copy.get(), sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
  };
  const auto refuse = [&] {
    findings.add(std::string("the words of captions cannot be read: ") + sqlite3_errmsg(opened));
  };
  if (opening != SQLITE_OK || !run("ATTACH '" + database.read_uri() +
                                   "' AS source; BEGIN; CREATE TABLE texts(id INTEGER "
                                   "PRIMARY KEY, caption, subtitle); INSERT INTO texts SELECT * FROM source.texts"))
    return refuse();
  std::string virtual_table;
  auto table =
      database.prepare("SELECT name, sql FROM sqlite_schema WHERE name = 'words' OR name LIKE 'words\\_%' ESCAPE '\\'");
  while (table.step()) {
    if (table.text(0) == "words")
      virtual_table = table.text(1);
    else if (!run(table.text(1) + "; INSERT INTO main." + table.text(0) + " SELECT * FROM source." + table.text(0)))
      return refuse();
  }
  char* row =
      sqlite3_mprintf("INSERT INTO sqlite_schema VALUES ('table', 'words', 'words', 0, %Q)", virtual_table.c_str());
  const std::string insert = row != nullptr ? row : "";
  sqlite3_free(row);
  if (!run("PRAGMA writable_schema = ON") || !run(insert) || !run("COMMIT; PRAGMA writable_schema = RESET"))
    return refuse();
  if (!run("INSERT INTO words(words, rank) VALUES ('integrity-check', 1)"))
    findings.add("the full-text index does not agree with the captions: 'gst-blip index compact' makes it anew");
}

}  // namespace

IndexFindings verify_index(SqliteDatabase& database, bool contents) {
  IndexFindings found;
  const auto check = [&](auto&& body) {
    Findings findings(found.problems);
    try {
      body(findings);
    } catch (const Error& error) {
      findings.add(error.what());
    }
  };
  check([&](Findings& findings) { check_pages(database, contents, findings); });
  check([&](Findings& findings) { check_references(database, findings); });
  check([&](Findings&) { found.videos = database.value("SELECT count(*) FROM videos"); });
  if (!contents) return found;
  check([&](Findings& findings) { check_videos(database, findings); });
  check([&](Findings& findings) { found.segments = check_segments(database, findings); });
  check([&](Findings& findings) { check_pictures(database, findings); });
  check([&](Findings& findings) { check_words(database, findings); });
  return found;
}

}  // namespace blip
