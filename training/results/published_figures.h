#pragma once

#include <span>
#include <string_view>

namespace blip {

// What a paper printed for one metric.
struct PublishedFigure {
  std::string_view key;  // as in results.json: "t2v.r1"
  double value = 0;
};

// One row of a table of a paper.
struct PublishedRow {
  std::string_view command;  // "retrieval"
  std::string_view layout;   // of the data: "msrvtt-1ka"
  std::string_view model;    // "BLIP ViT-B", "ActBERT"
  std::string_view setting;  // "zero-shot", "fine-tuned"
  std::string_view source;   // "BLIP, table 10"
  std::span<const PublishedFigure> figures;
};

// From "BLIP: Bootstrapping Language-Image Pre-training" (arXiv 2201.12086), tables 5 to 11. Figures of test servers
// are named as such in `source`.
std::span<const PublishedRow> published_rows();

}  // namespace blip
