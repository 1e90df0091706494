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

struct RowFilter;  // core/index/search_filter.h

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

// How far a copy of the embeddings follows the index. Who keeps such a copy keeps this beside it.
struct VectorPlace {
  std::uint64_t session = 0;  // random number of the IndexWriter that wrote last
  std::int64_t sequence = 0;  // of the segment that was the last to begin answering
  std::int64_t removal = 0;   // of the segment that was the last to cease answering
  bool operator==(const VectorPlace&) const = default;
};

// One segment that answers, as the scan needs it.
struct VectorRow {
  std::int64_t sequence = 0;  // in the order in which segments begin to answer, which is not that of their ids: those
                              // of a generation that replaces another get theirs when it is finished. Never used again
  SegmentId segment = 0;
  VideoId video = 0;
  std::int64_t start = 0, end = 0;           // nanoseconds
  std::span<const std::uint16_t> embedding;  // [E] half precision; valid while the callback runs
};

struct VectorVisit {
  std::int64_t rows = 0;     // that the callback saw
  std::int64_t damaged = 0;  // left out: the embedding has another size than the index says
};

// Reads an index that others may be writing. One connection: not thread-safe, so each thread opens its own. Throws as
// IndexWriter does; Error(kNotFound) when there is no index. An older schema is brought up to date first, when nobody
// is writing.
class IndexReader {
  class Impl;

 public:
  explicit IndexReader(const std::filesystem::path& index);
  ~IndexReader();
  IndexReader(IndexReader&&) noexcept;
  IndexReader& operator=(IndexReader&&) noexcept;

  const std::filesystem::path& path() const;
  std::optional<IndexModels> models() const;  // nothing before the first video
  IndexStatus status() const;

  std::vector<VideoRow> videos() const;          // by path
  std::vector<VideoBrief> video_briefs() const;  // by path
  std::optional<VideoRow> video(VideoId id) const;
  // By its absolute path, its path from here, or the end of its path ("talk.mp4"), which must not be that of several:
  // Error(kInvalidArgument) names two of them.
  std::optional<VideoRow> video_at(const std::string& path) const;

  // Of the generation that answers.
  std::vector<SegmentRow> segments(VideoId video) const;  // by time
  std::vector<SegmentRow> segments(
      std::span<const SegmentId> ids) const;  // in this order; those that are gone are left out
  std::optional<SegmentRow> segment_at(VideoId video, std::int64_t time) const;  // that holds it, else the nearest
  std::optional<std::string> thumbnail(SegmentId id) const;                      // JPEG
  std::optional<StoredFeatures> features(SegmentId id) const;
  std::optional<std::vector<float>> embedding(SegmentId id) const;

  // Captions and subtitles that hold the words; case, accents and English endings do not matter ("circle" finds "two
  // Circles"). FTS5's query language ("red AND circle", "\"red circle\"", "circ*");
  // text that is no such query is taken as words, all of which must occur. At most `limit` of the rows that the filter
  // lets through.
  std::vector<WordHit> find_words(const std::string& query, std::size_t limit, const RowFilter& filter) const;
  std::vector<WordHit> find_words(const std::string& query, std::size_t limit) const;

  // While what hold() returns lives, all reads see the index as it is now, whatever is written meanwhile. For a moment,
  // not for minutes: the log of what is written meanwhile grows.
  class Hold {
   public:
    Hold(Hold&&) noexcept;
    ~Hold();

   private:
    friend class IndexReader;
    explicit Hold(Impl& impl);
    Impl* impl_;
  };
  [[nodiscard]] Hold hold() const;

  // For a copy of the embeddings (VectorIndex). It starts from nothing, or from a place that the index knows: false
  // when the copy was made from another index, from a file that was since replaced by an older copy, or before
  // compact(); then it has to be made anew. To follow: hold(), removed_since(place.removal),
  // visit_vectors(place.sequence), and the new place().
  VectorPlace place() const;
  bool knows(const VectorPlace& place) const;
  std::vector<SegmentId> removed_since(std::int64_t removal) const;
  // All segments that answer with a sequence above `after`, by sequence.
  VectorVisit visit_vectors(std::int64_t after, const std::function<void(const VectorRow&)>& visit) const;
  std::int64_t vector_count() const;  // rows that visit_vectors(0) would visit

  IndexFindings verify(bool contents) const;  // contents: also every row, thumbnail and embedding

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace blip
