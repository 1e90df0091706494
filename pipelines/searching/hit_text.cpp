#include "pipelines/searching/hit_text.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

#include "pipelines/terminal/clock_text.h"
#include "pipelines/terminal/cue_text.h"

namespace blip {
namespace {

template <class... Values>
std::string printed(const char* format, Values... values) {
  const int size = std::snprintf(nullptr, 0, format, values...);
  std::string text(static_cast<std::size_t>(size), '\0');
  std::snprintf(text.data(), text.size() + 1, format, values...);
  return text;
}

// "0:02.0", "1:02:03.4": what --like and --from take.
std::string moment_text(std::int64_t nanoseconds) {
  const std::int64_t tenths = (nanoseconds + kSecond / 20) / (kSecond / 10);
  const std::int64_t seconds = tenths / 10, minutes = seconds / 60;
  const long tenth = static_cast<long>(tenths % 10), second = static_cast<long>(seconds % 60);
  if (minutes < 60) return printed("%ld:%02ld.%ld", static_cast<long>(minutes), second, tenth);
  return printed("%ld:%02ld:%02ld.%ld", static_cast<long>(minutes / 60), static_cast<long>(minutes % 60), second,
                 tenth);
}

std::string path_text(const std::string& path, const std::filesystem::path& folder) {
  const std::filesystem::path shorter = std::filesystem::path(path).lexically_relative(folder);
  return shorter.empty() || shorter.native().starts_with("..") ? path : shorter.string();
}

std::string score_text(const SearchHit& hit) {
  if (hit.by_words) return "words";
  if (hit.parts.match) return percent_text(*hit.parts.match);
  if (hit.parts.similarity) return printed("%.3f", *hit.parts.similarity);
  return printed("%.2f", hit.score);
}

// Columns as wide as their longest value; numbers to the right.
struct Column {
  std::vector<std::string> values;
  bool right = false;
};

std::string line_of(const std::vector<Column>& columns, std::size_t row) {
  std::string line;
  for (const Column& column : columns) {
    std::size_t width = 0;
    for (const std::string& value : column.values) width = std::max(width, value.size());
    const std::string& value = column.values[row];
    const std::string space(width - std::min(width, value.size()), ' ');
    line += (line.empty() ? "" : "  ") + (column.right ? space + value : value + space);
  }
  return line;
}

std::string explanation(const SearchRequest& request, const SearchResult& result, const ScoreParts& parts) {
  std::string lines;
  const auto add = [&lines](const std::string& what, const std::string& value) {
    lines += "      " + what + std::string(what.size() < 12 ? 12 - what.size() : 1, ' ') + value + "\n";
  };
  if (parts.similarity)
    add("similarity",
        printed("%.3f", *parts.similarity) +
            (parts.similarity_rank > 0 ? printed(", place %ld of the scan", static_cast<long>(parts.similarity_rank))
                                       : std::string(", found by its words")));
  if (parts.words)
    add("words", printed("%.2f, place %ld", *parts.words, static_cast<long>(parts.words_rank)) +
                     (parts.all_words ? ", all in the caption" : ""));
  if (parts.match) {
    std::string text = percent_text(*parts.match) + (result.calibrated ? "" : ", not calibrated");
    if (parts.match_logit) text += printed(", ITM logit %.2f", *parts.match_logit);
    add("match", text);
  }
  if (parts.term_matches.size() > 1)
    for (std::size_t i = 0; i < parts.term_matches.size(); ++i) {
      const double weight = i < request.texts.size() ? request.texts[i].weight : 1;
      add(printed("%+g", weight), "\"" + parts.term_matches[i].first + "\": match " +
                                      percent_text(parts.term_matches[i].second) +
                                      printed(", similarity %.3f", parts.terms[i].second));
    }
  return lines;
}

std::string times_text(const SearchResult& result) {
  const SearchTimes& t = result.times;
  std::string text = printed("%ld segments compared, %ld judged", static_cast<long>(result.looked_at),
                             static_cast<long>(result.judged));
  if (result.judged > 0)
    text +=
        printed(", %ld below the cut-off of ", static_cast<long>(result.below_cutoff)) + percent_text(result.cutoff);
  return text + printed("\n%.1f ms: query %.1f, scan %.1f, words %.1f, pictures %.1f, matching %.1f, rows %.1f\n",
                        t.total, t.text, t.scan, t.words, t.features, t.match, t.rows);
}

}  // namespace

std::string percent_text(double probability) {
  const double percent = 100 * probability;
  if (percent > 99 && percent < 100) return printed("%.1f %%", std::floor(percent * 10) / 10);
  return printed(percent < 1 ? "%.1f %%" : "%.0f %%", percent);
}

std::string text_of_hits(const SearchRequest& request, const SearchResult& result, const std::filesystem::path& folder,
                         bool explain) {
  std::vector<Column> columns(5);
  columns[0].right = columns[1].right = columns[2].right = true;
  for (std::size_t i = 0; i < result.hits.size(); ++i) {
    const SearchHit& hit = result.hits[i];
    columns[0].values.push_back(std::to_string(request.offset + static_cast<std::int64_t>(i) + 1));
    columns[1].values.push_back(score_text(hit));
    columns[2].values.push_back(moment_text(hit.start) + " - " + moment_text(hit.end));
    columns[3].values.push_back(path_text(hit.path, folder));
    columns[4].values.push_back(one_line(hit.caption.empty() ? hit.subtitle : hit.caption));
  }
  std::string text;
  for (std::size_t i = 0; i < result.hits.size(); ++i) {
    std::string line = line_of(columns, i);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
    if (explain) text += explanation(request, result, result.hits[i].parts);
  }
  return explain ? text + times_text(result) : text;
}

std::string why_nothing(const SearchRequest& request, const SearchResult& result) {
  if (!result.hits.empty()) return {};
  if (request.offset > 0) return "no results from " + std::to_string(request.offset + 1) + " on";
  if (result.below_cutoff > 0)
    return "nothing above the cut-off of " + percent_text(result.cutoff) + ": " + std::to_string(result.judged) +
           " candidates were judged, the best at " + percent_text(result.best_below_cutoff.value_or(0)) +
           "; --cutoff off shows them, or say it as a caption would";
  if (request.min_score)
    return "nothing is as similar as --min-score " + printed("%g", *request.min_score) + "; take a lower one";
  if (!request.words.empty() || request.mode == SearchMode::kWords)
    return "no caption or subtitle holds these words" +
           std::string(request.filter.empty() ? "" : " in what the filters let through") +
           "; try fewer words, \"a OR b\", or leave --words away";
  if (!request.filter.empty()) return "the filters let nothing through; gst-blip index list shows what there is";
  return "the index has no segments yet; gst-blip index add PATH fills it, gst-blip index status shows how far it is";
}

}  // namespace blip
