#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/index/index_reader.h"
#include "pipelines/searching/calibration.h"
#include "pipelines/searching/relevance_labels.h"
#include "pipelines/searching/relevance_report.h"
#include "pipelines/searching/search_request.h"

namespace blip {

// What came of searching for one labelled text.
struct StudiedText {
  std::string text;
  bool whole_videos = false;
  std::int64_t first_right = 0;     // place of the first result that matches, from 1; 0 = none
  std::int64_t all_matches = 0;     // in the index
  std::vector<LabelledPair> pairs;  // judged results
  std::vector<double> said;         // the probability that the search gave to each
};

// Searches for each text, without a cut-off, and holds what is found against the labels. Throws Error(kInvalidData)
// for a label that names a video which is not in the index.
std::vector<StudiedText> study_labels(const std::vector<LabelledText>& labels, const IndexReader& index,
                                      const std::function<SearchResult(const SearchRequest&)>& search,
                                      const std::function<void(std::size_t done)>& progress);

// What is told of one kind of texts.
struct RelevanceReport {
  std::int64_t texts = 0, pairs = 0, matching = 0, all_matches = 0;
  double first_right = 0, at_5 = 0, at_10 = 0, median = 0;  // shares of the texts whose first right result is there
  std::vector<CutoffRow> cutoffs;                           // the last one is the one in force
  std::vector<ReliabilityBin> bins;
  double error = 0;  // expected calibration error
  std::optional<MatchScale> fitted;
};

// Of the texts of one kind. `fit`: a scale is fitted on all of them, and what is told of probabilities comes from two
// fits, each on every other text, told of the others; else from the probabilities that the search gave.
RelevanceReport report_of(const std::vector<StudiedText>& texts, bool whole_videos, bool fit, double cutoff);

std::string text_of_report(const RelevanceReport& report, bool whole_videos);

// The reliability curve and precision and recall over the cut-off, as an SVG picture.
std::string figure_of_report(const RelevanceReport& report, const std::string& title);

}  // namespace blip
