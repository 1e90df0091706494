#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/index/index_reader.h"
#include "pipelines/options/model_settings.h"
#include "pipelines/watching/alert.h"
#include "pipelines/watching/alert_tracker.h"
#include "pipelines/watching/watch_query.h"

namespace blip {

struct StandingSearchSettings {
  ModelSettings model;  // model.model empty: the one the index was made with
  AlertRules rules{};
  std::int64_t candidates = 16;  // texts a segment is matched with, those most alike by ITC; 0 = all
  double least_similarity = -1;  // ITC cosine below which a text is not matched with a segment at all
  bool from_beginning = false;   // what is in the index already counts as new, too
};

// Holds what is added to an index against texts: each new segment by ITC, its likeliest texts by ITM (features that the
// index keeps, else the frame decoded again). Neighbouring segments of a video that match make one alert; its start is
// told with the first, its end when a segment does not match, or the video is done. Also follows videos that are
// indexed anew. The model is opened when there is something to match. Not thread-safe.
class StandingSearch {
 public:
  // Throws what IndexReader throws.
  StandingSearch(const std::filesystem::path& index, StandingSearchSettings settings);
  ~StandingSearch();
  StandingSearch(const StandingSearch&) = delete;
  StandingSearch& operator=(const StandingSearch&) = delete;

  // From the next segment on. Returns the ends of alerts whose texts are gone.
  std::vector<Alert> set_queries(std::vector<WatchQuery> queries);
  // What came since the last call, at most `most` segments of it; call again at once while more() says so. Throws what
  // IndexReader throws; ModelFailure.
  std::vector<Alert> poll(std::size_t most = 256);
  bool more() const;
  // Ends the alerts that are open.
  std::vector<Alert> finish();
  // One line each, of segments that could not be matched; taken away.
  std::vector<std::string> take_warnings();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace blip
