#include "training/eval/figures.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

namespace blip {
namespace {

std::string number_text(const Figure& figure) {
  char text[64];
  if (figure.plain)
    std::snprintf(text, sizeof text, "%.1f", figure.value);
  else
    std::snprintf(text, sizeof text, "%.1f %%", 100 * figure.value);
  return text;
}

}  // namespace

void Figures::add(std::string key, std::string label, const Tally& tally) {
  if (tally.all > 0) add(std::move(key), std::move(label), tally.rate(), tally.all);
}

void Figures::add(std::string key, std::string label, double value, std::int64_t count, bool plain) {
  all_.push_back({std::move(key), std::move(label), value, count, plain});
}

const Figure* Figures::find(const std::string& key) const noexcept {
  const auto found = std::find_if(all_.begin(), all_.end(), [&](const Figure& figure) { return figure.key == key; });
  return found == all_.end() ? nullptr : &*found;
}

std::string figures_table(const std::vector<ModelFigures>& models) {
  std::vector<const Figure*> rows;
  for (const ModelFigures& model : models)
    for (const Figure& figure : model.figures.all()) {
      const auto same = [&](const Figure* row) { return row->key == figure.key; };
      if (std::none_of(rows.begin(), rows.end(), same)) rows.push_back(&figure);
    }
  std::string table = "| | of |", rule = "|---|---:|";
  for (const ModelFigures& model : models) {
    table += " " + model.name + " |";
    rule += "---:|";
  }
  table += '\n' + rule + '\n';
  for (const Figure* row : rows) {
    table += "| " + row->label + " | " + std::to_string(row->count) + " |";
    for (const ModelFigures& model : models) {
      const Figure* figure = model.figures.find(row->key);
      table += figure == nullptr ? " |" : " " + number_text(*figure) + " |";
    }
    table += '\n';
  }
  return table;
}

nlohmann::json figures_json(const std::string& data, const std::vector<ModelFigures>& models) {
  auto list = nlohmann::json::array();
  for (const ModelFigures& model : models) {
    auto figures = nlohmann::json::object();
    for (const Figure& figure : model.figures.all())
      figures[figure.key] = {{"label", figure.label}, {"value", figure.value}, {"count", figure.count}};
    list.push_back({{"name", model.name}, {"path", model.path}, {"figures", std::move(figures)}});
  }
  return {{"data", data}, {"models", std::move(list)}};
}

}  // namespace blip
