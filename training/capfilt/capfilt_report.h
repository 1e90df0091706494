#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace blip {

// What the report page of a CapFilt run shows.
struct CapFiltReport {
  // in = kept + all of dropped + all of failed
  struct Row {
    std::string name;  // "pictures", "web texts", "synthetic texts", "human texts"
    std::int64_t in = 0, kept = 0;
    std::vector<std::pair<std::string, std::int64_t>> dropped, failed;  // reason and count
  };
  // Counts of ITM probabilities in bins of equal width over 0 … 1.
  struct Histogram {
    std::string name;  // "web texts", "synthetic texts"
    std::vector<std::int64_t> bins;
  };
  struct Example {
    std::string jpeg;    // a small picture
    std::string source;  // "web" or "synthetic"
    bool kept = false;
    std::string text;
    std::optional<double> match;  // ITM probability
    std::string label;            // what a data set with known noise says of the text; empty = nothing
    std::string reason;           // why it is dropped
    std::string place;            // "talk.mp4, 83.2 s"; empty = not known
  };

  std::string title;
  std::vector<std::pair<std::string, std::string>> settings;  // name and value, in the order to be shown
  std::int64_t units = 0, finished = 0;                       // of the whole run; fewer finished: a share of it
  std::vector<Row> rows;
  std::optional<double> threshold;  // texts are kept from this probability on; none = there was no filter
  std::vector<Histogram> histograms;
  std::vector<Example> examples;
};

}  // namespace blip
