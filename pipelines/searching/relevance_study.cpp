#include "pipelines/searching/relevance_study.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "core/base/error.h"

namespace blip {
namespace {

constexpr std::int64_t kJudged = 64;  // a text
constexpr std::array<double, 9> kCutoffs = {0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8};
constexpr int kBins = 10;

// What a text is true for, as ids of segments or of videos.
std::unordered_set<std::int64_t> true_ids(const LabelledText& label, const IndexReader& index) {
  std::unordered_set<std::int64_t> ids;
  for (const LabelledSpan& span : label.matches) {
    const auto video = index.video_at(span.video);
    if (!video)
      throw Error(ErrorKind::kInvalidData, "the label of '" + label.text + "' names '" + span.video +
                                               "', which is not in the index, or not by a unique name");
    if (label.whole_videos) {
      ids.insert(video->id);
      continue;
    }
    for (const SegmentRow& row : index.segments(video->id))
      if (span.start <= row.frame_time && row.frame_time < span.end) ids.insert(row.id);
  }
  return ids;
}

template <class... Values>
std::string printed(const char* format, Values... values) {
  const int size = std::snprintf(nullptr, 0, format, values...);
  std::string text(static_cast<std::size_t>(size), '\0');
  std::snprintf(text.data(), text.size() + 1, format, values...);
  return text;
}

// Mean of 1 / place over the texts, when results are ordered by the scale.
double reciprocal_places(const std::vector<const StudiedText*>& texts, const MatchScale& scale) {
  double sum = 0;
  for (const StudiedText* text : texts) {
    double best = -1;
    for (const LabelledPair& pair : text->pairs)
      if (pair.matches) best = std::max(best, scale.probability(pair.logit_difference, pair.similarity));
    const auto before = std::count_if(text->pairs.begin(), text->pairs.end(), [&](const LabelledPair& pair) {
      return scale.probability(pair.logit_difference, pair.similarity) > best;
    });
    if (best >= 0) sum += 1 / static_cast<double>(before + 1);
  }
  return sum;
}

std::vector<LabelledPair> all_pairs(const std::vector<const StudiedText*>& texts) {
  std::vector<LabelledPair> pairs;
  for (const StudiedText* text : texts) pairs.insert(pairs.end(), text->pairs.begin(), text->pairs.end());
  return pairs;
}

// Results are ordered by the scale: of the inputs it may have, those that put right results first most often.
MatchScale fit_of(const std::vector<const StudiedText*>& texts) {
  const std::vector<LabelledPair> pairs = all_pairs(texts);
  MatchScale best;
  double reached = -1;
  for (const ScaleInputs inputs : {ScaleInputs::kBoth, ScaleInputs::kItm, ScaleInputs::kItc}) {
    const MatchScale scale = fit_match_scale(pairs, inputs);
    const double places = reciprocal_places(texts, scale);
    if (places > reached) std::tie(best, reached) = std::tie(scale, places);
  }
  return best;
}

// Probabilities that no text helped to fit which they are told of.
std::vector<JudgedPair> cross_fitted(const std::vector<const StudiedText*>& texts) {
  std::vector<JudgedPair> judged;
  for (std::size_t half = 0; half < 2; ++half) {
    std::vector<const StudiedText*> others;
    for (std::size_t i = 0; i < texts.size(); ++i)
      if (i % 2 != half) others.push_back(texts[i]);
    const MatchScale scale = fit_of(others);
    for (std::size_t i = half; i < texts.size(); i += 2)
      for (const LabelledPair& pair : texts[i]->pairs)
        judged.push_back({scale.probability(pair.logit_difference, pair.similarity), pair.matches});
  }
  return judged;
}

std::vector<JudgedPair> as_said(const std::vector<const StudiedText*>& texts) {
  std::vector<JudgedPair> judged;
  for (const StudiedText* text : texts)
    for (std::size_t i = 0; i < text->pairs.size(); ++i) judged.push_back({text->said[i], text->pairs[i].matches});
  return judged;
}

}  // namespace

std::vector<StudiedText> study_labels(const std::vector<LabelledText>& labels, const IndexReader& index,
                                      const std::function<SearchResult(const SearchRequest&)>& search,
                                      const std::function<void(std::size_t)>& progress) {
  std::vector<StudiedText> studied;
  for (const LabelledText& label : labels) {
    const auto right = true_ids(label, index);
    SearchRequest request;
    request.texts = {{label.text, 1}};
    request.mode = SearchMode::kEmbedding;
    request.rerank = request.limit = kJudged;
    request.cutoff = 0;
    request.merge_gap = -1;
    request.by_video = label.whole_videos;
    StudiedText text;
    text.text = label.text;
    text.whole_videos = label.whole_videos;
    text.all_matches = std::ssize(right);
    std::int64_t place = 0;
    for (const SearchHit& hit : search(request).hits) {
      const bool matches = right.contains(label.whole_videos ? hit.video : hit.best);
      ++place;
      if (matches && text.first_right == 0) text.first_right = place;
      if (!hit.parts.match_raw) continue;
      text.pairs.push_back({logit_difference_of(*hit.parts.match_raw), hit.parts.terms.front().second, matches});
      text.said.push_back(*hit.parts.match);
    }
    studied.push_back(std::move(text));
    if (progress) progress(studied.size());
  }
  return studied;
}

RelevanceReport report_of(const std::vector<StudiedText>& texts, bool whole_videos, bool fit, double cutoff) {
  RelevanceReport report;
  std::vector<const StudiedText*> chosen;
  std::vector<std::int64_t> places;
  for (const StudiedText& text : texts) {
    if (text.whole_videos != whole_videos) continue;
    chosen.push_back(&text);
    report.all_matches += text.all_matches;
    if (text.all_matches > 0) places.push_back(text.first_right);
  }
  const std::vector<LabelledPair> pairs = all_pairs(chosen);
  report.texts = std::ssize(chosen);
  report.pairs = std::ssize(pairs);
  for (const LabelledPair& pair : pairs) report.matching += pair.matches ? 1 : 0;
  report.first_right = recall_at(places, 1);
  report.at_5 = recall_at(places, 5);
  report.at_10 = recall_at(places, 10);
  report.median = median_place(places);
  if (pairs.empty()) return report;
  if (fit) report.fitted = fit_of(chosen);
  const std::vector<JudgedPair> judged = fit ? cross_fitted(chosen) : as_said(chosen);
  std::vector<double> cutoffs(kCutoffs.begin(), kCutoffs.end());
  cutoffs.push_back(report.fitted ? report.fitted->cutoff : cutoff);
  report.cutoffs = cutoff_table(judged, report.all_matches, cutoffs);
  report.bins = reliability_bins(judged, kBins);
  report.error = calibration_error(report.bins);
  return report;
}

std::string text_of_report(const RelevanceReport& report, bool whole_videos) {
  std::string text = printed("%ld texts about %s: %ld results judged, %ld of %ld that match among them\n",
                             static_cast<long>(report.texts), whole_videos ? "whole videos" : "moments",
                             static_cast<long>(report.pairs), static_cast<long>(report.matching),
                             static_cast<long>(report.all_matches));
  text +=
      printed("a right result comes first for %.1f %%, within 5 for %.1f %%, within 10 for %.1f %%; median place %g\n",
              100 * report.first_right, 100 * report.at_5, 100 * report.at_10, report.median);
  if (report.cutoffs.empty()) return text;
  text += "\n  cut-off  results  right  precision  recall\n";
  for (const CutoffRow& row : report.cutoffs)
    text += printed("  %6.1f %%  %6ld  %5ld    %5.1f %%  %5.1f %%%s\n", 100 * row.cutoff, static_cast<long>(row.kept),
                    static_cast<long>(row.right), 100 * row.precision, 100 * row.recall,
                    &row == &report.cutoffs.back() ? "  <- the default" : "");
  text += "\n  probability    results   said    was\n";
  for (const ReliabilityBin& bin : report.bins)
    if (bin.pairs > 0)
      text += printed("  %3.0f - %3.0f %%  %8ld  %4.1f %%  %4.1f %%\n", 100 * bin.from, 100 * bin.to,
                      static_cast<long>(bin.pairs), 100 * bin.said, 100 * bin.was);
  text += printed("  expected calibration error %.2f %%\n", 100 * report.error);
  if (report.fitted)
    text +=
        printed("\nfitted: probability = sigmoid(%.4f x ITM logit difference + %.4f x cosine %+.4f), cut-off %.4f\n",
                report.fitted->itm, report.fitted->itc, report.fitted->offset, report.fitted->cutoff);
  return text;
}

}  // namespace blip
