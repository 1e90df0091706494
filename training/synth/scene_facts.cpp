#include "training/synth/scene_facts.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/base/error.h"

namespace blip::synth {
namespace {

double rounded(double value) {
  return std::round(value * 1e4) / 1e4;
}

template <class Value>
Value required(std::optional<Value> value, const std::string& source, const std::string& text) {
  if (!value) throw Error(ErrorKind::kInvalidData, source + ": '" + text + "' is no word of ShapesWorld");
  return *value;
}

Group group_from_json(const nlohmann::json& json, const std::string& source) {
  Group group;
  const auto text = [&](const char* key) { return json.at(key).get<std::string>(); };
  group.shape = required(shape_of(text("shape")), source, text("shape"));
  group.color = required(color_of(text("color")), source, text("color"));
  group.size = required(size_of(text("size")), source, text("size"));
  if (const auto places = json.find("places"); places != json.end()) {
    for (const auto& place : *places) group.places.push_back({place.at(0).get<double>(), place.at(1).get<double>()});
  } else {
    group.places.push_back({json.at("x").get<double>(), json.at("y").get<double>()});
  }
  if (group.places.empty() || json.value("count", group.count()) != group.count())
    throw Error(ErrorKind::kInvalidData, source + ": \"count\" is not the number of \"places\"");
  return group;
}

}  // namespace

double separation(Relation relation, const Group& a, const Group& b) {
  const bool horizontal = relation == Relation::kLeftOf || relation == Relation::kRightOf;
  const bool forwards = relation == Relation::kLeftOf || relation == Relation::kAbove;
  double nearest = std::numeric_limits<double>::infinity();
  for (const Place& p : a.places)
    for (const Place& q : b.places) {
      const double step = horizontal ? q.x - p.x : q.y - p.y;
      nearest = std::min(nearest, forwards ? step : -step);
    }
  return nearest;
}

bool clearly_holds(Relation relation, const Group& a, const Group& b) {
  return separation(relation, a, b) >= kClearSeparation;
}

bool clearly_fails(Relation relation, const Group& a, const Group& b) {
  return separation(relation, a, b) <= 0;
}

Relation main_relation(const SceneFacts& facts) {
  const Group &first = facts.groups.at(0), &second = facts.groups.at(1);
  const bool beside = separation(Relation::kLeftOf, first, second) >= separation(Relation::kAbove, first, second);
  return beside ? Relation::kLeftOf : Relation::kAbove;
}

int total_count(const SceneFacts& facts) {
  int sum = 0;
  for (const Group& group : facts.groups) sum += group.count();
  return sum;
}

nlohmann::json facts_to_json(const SceneFacts& facts) {
  auto shapes = nlohmann::json::array();
  for (const Group& group : facts.groups) {
    auto places = nlohmann::json::array();
    Place mean;
    for (const Place& place : group.places) {
      places.push_back({rounded(place.x), rounded(place.y)});
      mean.x += place.x / group.count();
      mean.y += place.y / group.count();
    }
    shapes.push_back({{"shape", word(group.shape)},
                      {"color", word(group.color)},
                      {"size", word(group.size)},
                      {"count", group.count()},
                      {"x", rounded(mean.x)},
                      {"y", rounded(mean.y)},
                      {"places", std::move(places)}});
  }
  return {{"background", word(facts.background)}, {"shapes", std::move(shapes)}};
}

SceneFacts facts_from_json(const nlohmann::json& json, const std::string& source) try {
  SceneFacts facts;
  const auto background = json.at("background").get<std::string>();
  facts.background = required(background_of(background), source, background);
  for (const auto& shape : json.at("shapes")) facts.groups.push_back(group_from_json(shape, source));
  return facts;
} catch (const nlohmann::json::exception& e) {
  throw Error(ErrorKind::kInvalidData, source + ": no scene: " + e.what());
}

}  // namespace blip::synth
