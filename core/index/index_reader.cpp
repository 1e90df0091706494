#include "core/index/index_reader.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "core/base/error.h"
#include "core/base/half_float.h"
#include "core/index/index_schema.h"
#include "core/index/index_verify.h"
#include "core/index/search_filter.h"
#include "core/index/sqlite_database.h"
#include "core/index/stored_rows.h"
#include "core/index/video_rows.h"
#include "core/index/video_store.h"
#include "core/index/word_search.h"

namespace blip {
namespace {

const std::string kSegments =
    "SELECT s.id, s.video, s.ordinal, s.start_time, s.end_time, s.frame_time, s.caption, s.subtitle, EXISTS (SELECT 1 "
    "FROM features f WHERE f.segment = s.id) FROM segments s ";

SegmentRow row_of(const SqliteStatement& row) {
  SegmentRow segment;
  segment.id = row.integer(0);
  segment.video = row.integer(1);
  segment.ordinal = row.integer(2);
  segment.start = row.integer(3);
  segment.end = row.integer(4);
  segment.frame_time = row.integer(5);
  segment.caption = row.text(6);
  segment.subtitle = row.text(7);
  segment.has_features = row.integer(8) != 0;
  return segment;
}

const std::filesystem::path& up_to_date(const std::filesystem::path& index) {
  std::error_code error;
  if (!std::filesystem::exists(index, error) && !error)
    throw Error(ErrorKind::kNotFound,
                "there is no index '" + index.string() + "': 'gst-blip index add VIDEOS' makes one");
  update_index(index);
  return index;
}

std::uint64_t file_bytes(const std::string& file) {
  std::error_code none;
  const auto size = std::filesystem::file_size(file, none);
  return none ? 0 : size;
}

}  // namespace

class IndexReader::Impl {
 public:
  explicit Impl(const std::filesystem::path& index) : database(up_to_date(index), SqliteDatabase::Access::kRead) {
    expect_index(database);
  }

  void enter() {
    if (holds == 0) transaction.emplace(database, SqliteTransaction::Kind::kRead);
    ++holds;
  }
  void leave() noexcept {
    if (--holds == 0) transaction.reset();
  }

  SqliteDatabase database;
  int holds = 0;
  std::optional<SqliteTransaction> transaction;
};

IndexReader::Hold::Hold(Impl& impl) : impl_(&impl) {
  impl.enter();
}

IndexReader::Hold::Hold(Hold&& other) noexcept : impl_(std::exchange(other.impl_, nullptr)) {}

IndexReader::Hold::~Hold() {
  if (impl_ != nullptr) impl_->leave();
}

IndexReader::Hold IndexReader::hold() const {
  return Hold(*impl_);
}

IndexReader::IndexReader(const std::filesystem::path& index) : impl_(std::make_unique<Impl>(index)) {}

IndexReader::~IndexReader() = default;

IndexReader::IndexReader(IndexReader&&) noexcept = default;

IndexReader& IndexReader::operator=(IndexReader&&) noexcept = default;

const std::filesystem::path& IndexReader::path() const {
  return impl_->database.file();
}

std::optional<IndexModels> IndexReader::models() const {
  return read_models(impl_->database);
}

IndexStatus IndexReader::status() const {
  const Hold held = hold();
  IndexStatus status = read_status(impl_->database);
  status.bytes = file_bytes(path().string()) + file_bytes(path().string() + "-wal");
  return status;
}

std::vector<VideoRow> IndexReader::videos() const {
  const Hold held = hold();
  return read_videos(impl_->database);
}

std::vector<VideoBrief> IndexReader::video_briefs() const {
  auto row = impl_->database.prepare("SELECT id, path, modified, duration FROM videos ORDER BY path");
  std::vector<VideoBrief> videos;
  while (row.step()) videos.push_back({row.integer(0), row.text(1), row.integer(2), row.integer(3)});
  return videos;
}

std::optional<VideoRow> IndexReader::video(VideoId id) const {
  const Hold held = hold();
  return read_video(impl_->database, id);
}

std::optional<VideoRow> IndexReader::video_at(const std::string& path) const {
  const Hold held = hold();
  return read_video_at(impl_->database, path);
}

std::vector<SegmentRow> IndexReader::segments(VideoId video) const {
  auto row = impl_->database.prepare(
      kSegments + "WHERE s.generation = (SELECT generation FROM videos WHERE id = ?1) ORDER BY s.ordinal");
  row.bind(video);
  std::vector<SegmentRow> segments;
  while (row.step()) segments.push_back(row_of(row));
  return segments;
}

std::vector<SegmentRow> IndexReader::segments(std::span<const SegmentId> ids) const {
  const Hold held = hold();
  std::vector<SegmentRow> segments;
  segments.reserve(ids.size());
  for (const SegmentId id : ids) {
    auto row = impl_->database.prepare(kSegments + "WHERE s.id = ?1 AND s.sequence IS NOT NULL");
    if (row.bind(id).step()) segments.push_back(row_of(row));
  }
  return segments;
}

std::optional<SegmentRow> IndexReader::segment_at(VideoId video, std::int64_t time) const {
  const Hold held = hold();
  auto range = impl_->database.prepare(
      "SELECT generation, min(ordinal), max(ordinal) FROM segments WHERE generation = (SELECT generation FROM videos "
      "WHERE id = ?1)");
  range.bind(video).step();
  if (range.is_null(1)) return std::nullopt;
  const std::int64_t generation = range.integer(0);
  const auto read = [&](std::int64_t ordinal) {
    auto row = impl_->database.prepare(kSegments + "WHERE s.generation = ?1 AND s.ordinal = ?2");
    return row.bind(generation, ordinal).step() ? std::optional(row_of(row)) : std::nullopt;
  };
  // The last that begins at `time` or before it: segments of a generation follow each other in time.
  std::int64_t low = range.integer(1), high = range.integer(2);
  while (low < high) {
    const std::int64_t middle = low + (high - low + 1) / 2;
    const auto segment = read(middle);
    if (segment && segment->start <= time)
      low = middle;
    else
      high = middle - 1;
  }
  auto segment = read(low);
  if (!segment || segment->end > time) return segment;
  const auto next = read(low + 1);
  return next && next->start - time < time - segment->end ? next : segment;
}

std::optional<std::string> IndexReader::thumbnail(SegmentId id) const {
  return read_thumbnail(impl_->database, id);
}

std::optional<StoredFeatures> IndexReader::features(SegmentId id) const {
  return read_features(impl_->database, id);
}

std::optional<std::vector<float>> IndexReader::embedding(SegmentId id) const {
  auto row = impl_->database.prepare("SELECT s.embedding, m.embedding_size FROM segments s, models m WHERE s.id = ?1");
  if (!row.bind(id).step()) return std::nullopt;
  const auto bytes = row.bytes(0);
  if (static_cast<std::int64_t>(bytes.size()) != 2 * row.integer(1))
    throw Error(ErrorKind::kInvalidData, "index '" + path().string() + "': the embedding of segment " +
                                             std::to_string(id) + " is damaged; index its video again");
  return to_floats(halves_of(bytes));
}

std::vector<WordHit> IndexReader::find_words(const std::string& query, std::size_t limit,
                                             const RowFilter& filter) const {
  return search_words(impl_->database, query, limit, filter);
}

std::vector<WordHit> IndexReader::find_words(const std::string& query, std::size_t limit) const {
  return find_words(query, limit, RowFilter{});
}

VectorPlace IndexReader::place() const {
  const Hold held = hold();
  auto row = impl_->database.prepare(
      "SELECT coalesce((SELECT session FROM sessions ORDER BY id DESC LIMIT 1), 0), sequence, "
      "coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'removals'), 0) FROM place");
  row.step();
  return {static_cast<std::uint64_t>(row.integer(0)), row.integer(1), row.integer(2)};
}

bool IndexReader::knows(const VectorPlace& place) const {
  if (place == VectorPlace{}) return true;
  const Hold held = hold();
  auto session = impl_->database.prepare("SELECT id, sequence, removal FROM sessions WHERE session = ?1");
  if (!session.bind(static_cast<std::int64_t>(place.session)).step()) return false;
  // The session reached from where it began to where the next one began.
  const VectorPlace now = this->place();
  std::int64_t last_sequence = now.sequence, last_removal = now.removal;
  auto next = impl_->database.prepare("SELECT sequence, removal FROM sessions WHERE id > ?1 ORDER BY id LIMIT 1");
  if (next.bind(session.integer(0)).step()) {
    last_sequence = next.integer(0);
    last_removal = next.integer(1);
  }
  return session.integer(1) <= place.sequence && place.sequence <= last_sequence &&
         session.integer(2) <= place.removal && place.removal <= last_removal;
}

std::vector<SegmentId> IndexReader::removed_since(std::int64_t removal) const {
  auto row = impl_->database.prepare("SELECT segment FROM removals WHERE number > ?1 ORDER BY number");
  row.bind(removal);
  std::vector<SegmentId> removed;
  while (row.step()) removed.push_back(row.integer(0));
  return removed;
}

VectorVisit IndexReader::visit_vectors(std::int64_t after, const std::function<void(const VectorRow&)>& visit) const {
  const Hold held = hold();
  VectorVisit visited;
  const auto stored = models();
  if (!stored) return visited;
  auto row = impl_->database.prepare(
      "SELECT sequence, id, video, start_time, end_time, embedding FROM segments WHERE sequence > ?1 ORDER BY "
      "sequence");
  row.bind(after);
  while (row.step()) {
    const auto embedding = halves_of(row.bytes(5));
    if (static_cast<std::int64_t>(row.bytes(5).size()) != 2 * stored->embedding_size) {
      ++visited.damaged;
      continue;
    }
    visit({row.integer(0), row.integer(1), row.integer(2), row.integer(3), row.integer(4), embedding});
    ++visited.rows;
  }
  return visited;
}

std::int64_t IndexReader::vector_count() const {
  return impl_->database.value("SELECT count(*) FROM segments WHERE sequence IS NOT NULL");
}

IndexFindings IndexReader::verify(bool contents) const {
  return verify_index(impl_->database, contents);
}

}  // namespace blip
