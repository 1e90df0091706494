#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/index/index_types.h"

namespace blip {

// A segment that the full-text index found. Better ones first: higher scores.
struct WordHit {
  SegmentId segment = 0;
  double score = 0;  // -bm25()
};

// What integrity_check and the index's own rules found, one line each; empty = sound.
struct IndexFindings {
  std::vector<std::string> problems;
  std::int64_t videos = 0, segments = 0;  // that were looked at
};

// How rows of the scan can be told from each other without the database: one entry a segment that answers.
struct VectorRow {
  SegmentId segment = 0;
  VideoId video = 0;
  std::int64_t start = 0, end = 0;           // nanoseconds
  std::span<const std::uint16_t> embedding;  // [E] half precision; valid while the callback runs
};

// Reads an index that others may be writing. One connection: not thread-safe, so each thread opens its own. Throws as
// IndexWriter does; Error(kNotFound) when there is no index.
class IndexReader {
 public:
  explicit IndexReader(const std::filesystem::path& index);
  ~IndexReader();
  IndexReader(IndexReader&&) noexcept;
  IndexReader& operator=(IndexReader&&) noexcept;

  const std::filesystem::path& path() const;
  std::optional<IndexModels> models() const;  // nothing before the first video
  IndexStatus status() const;

  std::vector<VideoRow> videos() const;  // by path
  std::optional<VideoRow> video(VideoId id) const;
  std::optional<VideoRow> video_at(const std::string& path) const;  // the absolute path, or its unique end ("talk.mp4")

  // Of the generation that answers.
  std::vector<SegmentRow> segments(VideoId video) const;  // by time
  std::vector<SegmentRow> segments(
      std::span<const SegmentId> ids) const;  // in this order; those that are gone are left out
  std::optional<SegmentRow> segment_at(VideoId video, std::int64_t time) const;
  std::optional<std::string> thumbnail(SegmentId id) const;  // JPEG
  std::optional<StoredFeatures> features(SegmentId id) const;
  std::optional<std::vector<float>> embedding(SegmentId id) const;

  // Captions and subtitles that hold the words: FTS5's query language ("red AND circle", "\"red circle\"", "circ*");
  // text that is no such query is taken as words. At most `limit` of the segments `among` says (all when null).
  std::vector<WordHit> find_words(const std::string& query, std::size_t limit) const;

  // For the cache of vectors (VectorIndex). The epoch is a random number of the file and changes when ids can no longer
  // be trusted (a restored copy, say); removals are counted so that a cache can follow them.
  std::uint64_t epoch() const;
  std::int64_t last_segment() const;  // largest id there has ever been
  std::int64_t last_removal() const;  // count of removals (hidden, replaced or deleted segments) so far
  std::vector<SegmentId> removed_since(std::int64_t removal) const;
  // All segments that answer with an id above `after`, by id. Returns how many.
  std::int64_t visit_vectors(SegmentId after, const std::function<void(const VectorRow&)>& visit) const;

  IndexFindings verify(bool contents) const;  // contents: also every row, thumbnail and embedding

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace blip
