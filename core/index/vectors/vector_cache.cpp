#include "core/index/vectors/vector_cache.h"

#include <algorithm>
#include <utility>

#include "core/base/error.h"
#include "core/index/vectors/vector_file_writer.h"

namespace blip {
namespace {

constexpr std::int64_t kFewRows = 1024;  // that are not worth a new file

bool has_damaged_file(const VectorSnapshot& rows) {
  return rows.file() && rows.file()->is_damaged();
}

}  // namespace

VectorCache::VectorCache(std::filesystem::path file)
    : file_(std::move(file)), snapshot_(std::make_shared<VectorSnapshot>()) {}

std::shared_ptr<const VectorSnapshot> VectorCache::snapshot() const {
  const std::lock_guard lock(published_);
  return snapshot_;
}

VectorIndexState VectorCache::state() const {
  const std::lock_guard lock(published_);
  return state_;
}

std::vector<std::vector<VectorHit>> VectorCache::search(std::span<const std::vector<float>> queries, std::size_t count,
                                                        const RowFilter& filter, int threads) const {
  return snapshot()->search(queries, count, filter, threads);
}

void VectorCache::refresh(const RowSource& source) {
  const std::lock_guard lock(refreshing_);
  next_ = {};
  auto rows = std::make_shared<const VectorSnapshot>(followed(source));
  next_.rows = rows->rows();
  next_.cached = rows->cached_rows();
  if (!unwritable_.empty()) warn(unwritable_);
  const std::lock_guard publishing(published_);
  snapshot_.swap(rows);
  state_ = next_;
}

VectorSnapshot VectorCache::followed(const RowSource& source) {
  const std::int64_t size = source.embedding_size();
  if (size == 0) return VectorSnapshot();
  VectorSnapshot rows = *snapshot();
  if (rows.embedding_size() == 0) return opened(source);
  if (has_damaged_file(rows)) {
    warn("'" + file_.string() + "' was damaged; it is made anew");
    return made_anew(source);
  }
  if (rows.embedding_size() != size || !source.knows(rows.place)) return made_anew(source);
  return brought_up(source, std::move(rows));
}

VectorSnapshot VectorCache::opened(const RowSource& source) {
  std::shared_ptr<const VectorFile> file;
  try {
    file = std::make_shared<VectorFile>(file_);
  } catch (const DamagedFile& error) {
    warn(error.what() + std::string("; it is made anew"));
    return made_anew(source);
  } catch (const Error&) {  // there is none
    return made_anew(source);
  }
  if (file->embedding_size() != source.embedding_size()) {
    warn("'" + file_.string() + "' has embeddings of " + std::to_string(file->embedding_size()) +
         " numbers, expected " + std::to_string(source.embedding_size()) + "; it is made anew");
    return made_anew(source);
  }
  if (!source.knows(file->place())) return made_anew(source);
  return brought_up(source, VectorSnapshot(std::move(file)));
}

VectorSnapshot VectorCache::brought_up(const RowSource& source, VectorSnapshot rows) {
  try {
    follow(source, rows);
    if (!is_worth_writing(rows)) return rows;
    return written(std::move(rows));
  } catch (const DamagedFile& error) {
    warn(error.what() + std::string("; it is made anew"));
  }
  return made_anew(source);
}

void VectorCache::follow(const RowSource& source, VectorSnapshot& rows) {
  const VectorPlace place = source.place();
  if (place == rows.place) return;
  rows.remove(source.removed_since(rows.place.removal));
  const VectorVisit visit = source.visit(rows.place.sequence, [&](const VectorRow& row) { rows.add(row); });
  note(visit);
  // A file that another process wrote may be ahead of what this one sees of the index.
  if (place.sequence >= rows.place.sequence && place.removal >= rows.place.removal) rows.place = place;
}

VectorSnapshot VectorCache::made_anew(const RowSource& source) {
  try {
    VectorFileWriter writer(file_, source.embedding_size());
    note(source.visit(
        0, [&](const VectorRow& row) { writer.add(row.segment, row.video, row.start, row.end, row.embedding); }));
    const bool scattered = writer.is_scattered();
    VectorSnapshot rows(writer.finish(source.place()));
    next_.rebuilt = true;
    unwritable_.clear();
    return scattered ? written(std::move(rows)) : rows;
  } catch (const UnwritableFile& error) {
    VectorSnapshot rows(source.embedding_size());
    follow(source, rows);
    put_off_writing(error, rows);
    return rows;
  }
}

bool VectorCache::is_worth_writing(const VectorSnapshot& rows) const {
  const std::int64_t enough = std::max(kFewRows, rows.cached_rows() / 10);
  if (rows.added_rows() <= enough && rows.removed_rows() <= enough) return false;
  return unwritable_.empty() || rows.added_rows() + rows.removed_rows() >= next_attempt_;
}

VectorSnapshot VectorCache::written(VectorSnapshot rows) {
  try {
    VectorSnapshot all = rows.write(file_);
    next_.rebuilt = true;
    unwritable_.clear();
    return all;
  } catch (const UnwritableFile& error) {
    put_off_writing(error, rows);
  }
  return rows;
}

void VectorCache::put_off_writing(const Error& error, const VectorSnapshot& rows) {
  unwritable_ = error.what() + std::string("; the embeddings are held in memory");
  next_attempt_ = rows.added_rows() + rows.removed_rows() + std::max(kFewRows, rows.rows() / 10);
}

void VectorCache::warn(const std::string& what) {
  next_.warning += (next_.warning.empty() ? "" : "; ") + what;
}

void VectorCache::note(const VectorVisit& visit) {
  if (visit.damaged == 0) return;
  warn(std::to_string(visit.damaged) +
       (visit.damaged == 1 ? " segment has a damaged embedding and is" : " segments have damaged embeddings and are") +
       " left out; 'gst-blip index verify' names them");
}

}  // namespace blip
