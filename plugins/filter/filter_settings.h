#pragma once

#include <cstdint>

#include "core/tasks/task_types.h"
#include "plugins/filter/match_tracker.h"
#include "plugins/queries/query_source.h"
#include "plugins/support/analysis.h"
#include "plugins/support/property_table.h"

namespace blip {

enum class FilterMode {
  kTag,    // every frame passes
  kDrop,   // only frames that match pass
  kValve,  // frames pass from a match on, and for a while after it
};

// What is compared with the thresholds.
enum class FilterScore {
  kItm,     // the match probability, 0 to 1
  kItmItc,  // ITM logit + cosine, as BLIP's video retrieval ranks (eval_retrieval_video.py)
};

struct FilterSettings {
  QuerySettings queries;  // all empty: those of the encoder upstream
  double itc_threshold = -1;
  std::int64_t k = 4;
  MatchThresholds thresholds;
  FilterMode mode = FilterMode::kTag;
  std::uint64_t hold = 2 * GST_SECOND;
  FilterScore score = FilterScore::kItm;
  FirstToken itm_token = FirstToken::kEncode;
  WindowOptions window;
};

const PropertyTable<FilterSettings>& filter_properties();

}  // namespace blip
