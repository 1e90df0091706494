#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace blip {

// How many of all.
struct Tally {
  std::int64_t hits = 0, all = 0;

  void add(bool hit) noexcept {
    hits += hit ? 1 : 0;
    ++all;
  }
  double rate() const noexcept { return all == 0 ? 0 : static_cast<double>(hits) / static_cast<double>(all); }
};

// One number about a model.
struct Figure {
  std::string key;         // "shots.captions.beam.true"
  std::string label;       // for people
  double value = 0;        // a part of 1, unless plain
  std::int64_t count = 0;  // over how many
  bool plain = false;      // a number that is no part of something, as a rank
};

// What is known of one model, in the order of reading.
class Figures {
 public:
  void add(std::string key, std::string label, const Tally& tally);  // left out when there is nothing to count
  void add(std::string key, std::string label, double value, std::int64_t count, bool plain = false);

  const std::vector<Figure>& all() const noexcept { return all_; }
  const Figure* find(const std::string& key) const noexcept;  // null when there is none

 private:
  std::vector<Figure> all_;
};

struct ModelFigures {
  std::string name;  // "pretrain", "pretrain, untrained"
  std::string path;
  Figures figures;
};

// A Markdown table: a row a figure, a column a model; parts as percentages.
std::string figures_table(const std::vector<ModelFigures>& models);
// {"data": …, "models": [{"name", "path", "figures": {key: {"label", "value", "count"}}}]}
nlohmann::json figures_json(const std::string& data, const std::vector<ModelFigures>& models);

}  // namespace blip
