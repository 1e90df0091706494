#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/index/index_reader.h"
#include "pipelines/searching/search_plan.h"
#include "pipelines/searching/search_request.h"
#include "pipelines/searching/segment_features.h"

namespace blip {

// What is judged: one segment, or several that stand for their video together.
struct JudgedThing {
  std::vector<SegmentRow> segments;  // a segment may be there twice: it counts twice
  std::vector<float> embedding;      // [E], unit length
  double rank = 0;                   // by which results are ordered
  bool judged = false;               // by ITM
  ScoreParts parts;
};

// Holds the texts of a search against pictures.
class SegmentJudge {
 public:
  // All must outlive this.
  SegmentJudge(const SearchPlan& plan, SearchModel& model, SegmentFeatures& features, const IndexReader& index)
      : plan_(plan), model_(model), features_(features), index_(index) {}

  // Fills rank, judged and parts' match members. Throws what SearchModel throws; things whose pictures are nowhere to
  // be had stay unjudged, with a warning.
  void judge(std::span<JudgedThing> things);

  const std::vector<std::string>& warnings() const { return warnings_; }
  double features_ms() const { return features_ms_; }
  double match_ms() const { return match_ms_; }

 private:
  void judge_some(std::span<JudgedThing> things);
  void score(JudgedThing& thing, const Clip& clip);

  const SearchPlan& plan_;
  SearchModel& model_;
  SegmentFeatures& features_;
  const IndexReader& index_;
  std::vector<std::string> warnings_;
  double features_ms_ = 0, match_ms_ = 0;
};

}  // namespace blip
