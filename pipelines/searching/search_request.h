#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/index/search_filter.h"
#include "core/vision/rgb_image.h"

namespace blip {

// A term of a query: "more of" with a weight above 0, "less of" with one below.
struct WeightedText {
  std::string text;
  double weight = 1;
};

enum class SearchMode {
  kHybrid,     // ITC scan and words, their best judged by ITM
  kEmbedding,  // ITC scan, its best judged by ITM
  kWords,      // captions and subtitles that hold the words; no model
};

struct SearchRequest {
  std::vector<WeightedText> texts;
  std::optional<RgbImage> image;  // pictures that look like this one
  std::optional<SegmentId> like;  // more like this segment
  std::string words;              // must occur in caption or subtitle (FTS5); kWords searches by these, or the texts
  SearchMode mode = SearchMode::kHybrid;
  SearchFilter filter;
  std::int64_t rerank = 64;  // candidates judged by ITM at a time; 0 = none
  // Least match probability; 0 = everything. Default: the calibrated one; then, in a hybrid search, segments whose
  // caption holds all words of the texts are results, too, behind the others of their block, first those that have them
  // in the same order.
  std::optional<double> cutoff;
  std::optional<double> min_score;      // least ITC similarity
  std::int64_t offset = 0, limit = 10;  // in results
  // Neighbouring hits of a video closer than this become one result; < 0: none do. Without a cut-off, a least
  // similarity or words, every candidate is a hit and none are put together.
  std::int64_t merge_gap = 2'000'000'000;
  enum class Order { kRelevance, kDate, kTime } order = Order::kRelevance;
  bool by_video = false;  // one result a video, judged by its frames together
};

// Where a result's place comes from.
struct ScoreParts {
  std::optional<double> similarity;  // ITC, cosine with the whole query
  std::int64_t similarity_rank = 0;  // from 1; 0 = not among the candidates of the scan
  std::optional<double> words;       // -bm25
  std::int64_t words_rank = 0;
  bool all_words = false;                                    // caption and subtitle hold all words of the texts
  bool phrase = false;                                       // in the order of the texts, one behind the other
  std::optional<double> match_logit;                         // ITM, of "match"; of the heaviest text
  std::optional<double> match_raw;                           // ITM's own probability; of the heaviest text
  std::optional<double> match;                               // calibrated match probability, of all texts together
  std::vector<std::pair<std::string, double>> terms;         // similarity with each text
  std::vector<std::pair<std::string, double>> term_matches;  // calibrated match probability of each text
};

struct SearchHit {
  VideoId video = 0;
  std::string path;
  std::int64_t start = 0, end = 0;  // of the merged span, nanoseconds
  SegmentId best = 0;               // the segment that stands for it
  std::int64_t frame_time = 0;      // of its frame
  std::vector<SegmentId> segments;  // all of the span that were hits, by time; by_video: those that were looked at
  std::string caption, subtitle;    // of the best
  bool by_words = false;            // below the cut-off, and there because its caption or subtitle holds all words
  double score = 0;                 // what it is ordered by: match probability, else similarity, else words
  ScoreParts parts;
};

struct SearchTimes {  // milliseconds
  double text = 0, scan = 0, words = 0, features = 0, match = 0, rows = 0, total = 0;
};

struct SearchResult {
  std::vector<SearchHit> hits;
  bool more = false;              // there are further pages
  std::int64_t looked_at = 0;     // rows the scan compared
  std::int64_t judged = 0;        // candidates that ITM judged
  std::int64_t below_cutoff = 0;  // of those, left out
  double cutoff = 0;
  bool calibrated = false;                  // probabilities are calibrated, not ITM's own
  std::optional<double> best_below_cutoff;  // the highest match probability among those left out
  SearchTimes times;
  std::vector<std::string> warnings;
};

}  // namespace blip
