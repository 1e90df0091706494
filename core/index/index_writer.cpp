#include "core/index/index_writer.h"

#include <cmath>
#include <mutex>
#include <random>
#include <type_traits>

#include "core/base/error.h"
#include "core/index/generation_store.h"
#include "core/index/index_lock.h"
#include "core/index/index_merge.h"
#include "core/index/index_schema.h"
#include "core/index/sqlite_database.h"
#include "core/index/video_store.h"

namespace blip {
namespace {

void check_segment(const Segment& segment, std::int64_t embedding_size) {
  const auto refuse = [](const std::string& message) { throw Error(ErrorKind::kInvalidArgument, message); };
  if (segment.end < segment.start)
    refuse("segment from " + std::to_string(segment.start) + " to " + std::to_string(segment.end) +
           " ns: it ends before it begins");
  if (static_cast<std::int64_t>(segment.embedding.size()) != embedding_size)
    refuse("segment with an embedding of " + std::to_string(segment.embedding.size()) + " numbers, the index has " +
           std::to_string(embedding_size));
  double squares = 0;
  for (const float value : segment.embedding) squares += double{value} * value;
  if (!(std::abs(squares - 1) < 0.01))
    refuse("segment with an embedding of length " + std::to_string(std::sqrt(squares)) + ", 1 was expected");
  if (segment.features &&
      segment.features->values.size() != static_cast<std::size_t>(segment.features->tokens * segment.features->width))
    refuse("segment with features of " + std::to_string(segment.features->values.size()) + " numbers for " +
           std::to_string(segment.features->tokens) + " tokens of " + std::to_string(segment.features->width));
}

}  // namespace

class IndexWriter::Impl {
 public:
  explicit Impl(const std::filesystem::path& index)
      : lock_((make_index_folder(index), index)), opened_(open_index(index)), database_(*opened_) {
    SqliteTransaction transaction(database_, SqliteTransaction::Kind::kWrite);
    begin_session();
    transaction.commit();
  }

  SqliteDatabase& database() { return database_; }
  std::mutex& mutex() { return mutex_; }

  // One call: alone in this process, and everything or nothing.
  template <class Body>
  auto call(Body&& body) {
    const std::lock_guard guard(mutex_);
    SqliteTransaction transaction(database_, SqliteTransaction::Kind::kWrite);
    if constexpr (std::is_void_v<decltype(body())>) {
      body();
      transaction.commit();
    } else {
      auto result = body();
      transaction.commit();
      return result;
    }
  }

  // Marks that another writer goes on from here; in a transaction.
  void begin_session() {
    std::random_device device;
    const std::uint64_t number = std::uint64_t{device()} << 32 | device();
    database_
        .prepare(
            "INSERT INTO sessions(session, sequence, removal) SELECT ?1, sequence, "
            "coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'removals'), 0) FROM place")
        .bind(static_cast<std::int64_t>(number))
        .run();
  }

  std::int64_t embedding_size() {
    auto row = database_.prepare("SELECT embedding_size FROM models");
    if (!row.step()) throw Error(ErrorKind::kInvalidArgument, "a segment came before the models of the index were set");
    return row.integer(0);
  }

  Generation unfinished(const VideoWork& work) {
    const auto generation = find_generation(database_, work.generation);
    if (!generation)
      throw Error(ErrorKind::kNotFound, "video " + std::to_string(work.video) + " of index '" +
                                            database_.file().string() + "' was removed while it was being indexed");
    if (generation->finished)
      throw Error(ErrorKind::kInvalidArgument, "video " + std::to_string(work.video) + " is finished already");
    return *generation;
  }

 private:
  IndexLock lock_;
  std::unique_ptr<SqliteDatabase> opened_;
  SqliteDatabase& database_;
  std::mutex mutex_;
};

IndexWriter::IndexWriter(const std::filesystem::path& index) : impl_(std::make_unique<Impl>(index)) {}

IndexWriter::~IndexWriter() = default;

void IndexWriter::set_models(const IndexModels& models) {
  impl_->call([&] { store_models(impl_->database(), models); });
}

void IndexWriter::expect_video(const VideoFile& file) {
  impl_->call([&] {
    if (!find_video(impl_->database(), file.path)) add_video(impl_->database(), file);
  });
}

VideoWork IndexWriter::begin_video(const VideoFile& file, const std::string& recipe, bool renew) {
  return impl_->call([&] { return begin_work(impl_->database(), file, recipe, renew); });
}

SegmentId IndexWriter::add_segment(const VideoWork& work, std::int64_t ordinal, const Segment& segment) {
  return impl_->call([&] {
    check_segment(segment, impl_->embedding_size());
    Generation generation = impl_->unfinished(work);
    if (ordinal != generation.next_ordinal)
      throw Error(ErrorKind::kInvalidArgument, "segment " + std::to_string(ordinal) + " of video " +
                                                   std::to_string(work.video) + " came, segment " +
                                                   std::to_string(generation.next_ordinal) + " is the next");
    const auto before = last_start(impl_->database(), generation);
    if (before && segment.start < *before)
      throw Error(ErrorKind::kInvalidArgument,
                  "segment " + std::to_string(ordinal) + " of video " + std::to_string(work.video) + " begins at " +
                      std::to_string(segment.start) + " ns, the one before it at " + std::to_string(*before) + " ns");
    return append_segment(impl_->database(), generation, segment);
  });
}

void IndexWriter::set_size(const VideoWork& work, const VideoSize& size) {
  impl_->call([&] {
    impl_->unfinished(work);
    impl_->database()
        .prepare("UPDATE videos SET duration = ?2, width = ?3, height = ?4 WHERE id = ?1")
        .bind(work.video, size.duration, size.width, size.height)
        .run();
  });
}

void IndexWriter::finish_video(const VideoWork& work) {
  impl_->call([&] {
    finish_generation(impl_->database(), impl_->unfinished(work));
    set_state(impl_->database(), work.video, VideoState::kDone, "");
  });
}

void IndexWriter::fail_video(const VideoWork& work, const std::string& error) {
  impl_->call([&] {
    impl_->unfinished(work);
    set_state(impl_->database(), work.video, VideoState::kFailed, error);
  });
}

void IndexWriter::remove_video(VideoId video) {
  impl_->call([&] {
    impl_->database().prepare("DELETE FROM videos WHERE id = ?1").bind(video).run();
    if (impl_->database().changes() == 0)
      throw Error(ErrorKind::kNotFound, "there is no video " + std::to_string(video) + " in index '" +
                                            impl_->database().file().string() + "'");
  });
}

std::int64_t IndexWriter::remove_segments_before(VideoId video, std::int64_t time) {
  return impl_->call([&]() -> std::int64_t {
    const auto generation = answering_generation(impl_->database(), video);
    if (!generation) return 0;
    auto first_kept = impl_->database().prepare(
        "SELECT ordinal FROM segments WHERE generation = ?1 AND end_time >= ?2 ORDER BY ordinal LIMIT 1");
    first_kept.bind(generation->id, time);
    return remove_segments_below(impl_->database(), *generation,
                                 first_kept.step() ? first_kept.integer(0) : generation->next_ordinal);
  });
}

std::int64_t IndexWriter::merge(const std::filesystem::path& other) {
  const std::lock_guard guard(impl_->mutex());
  return merge_index(impl_->database(), other);
}

void IndexWriter::compact() {
  impl_->call([&] {
    impl_->database().execute(
        "INSERT INTO words(words) VALUES ('rebuild'); INSERT INTO words(words) VALUES ('optimize');"
        "DELETE FROM removals; DELETE FROM sessions");
    impl_->begin_session();
  });
  const std::lock_guard guard(impl_->mutex());
  impl_->database().execute("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)");
}

}  // namespace blip
