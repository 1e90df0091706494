#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "training/synth/words.h"

namespace blip::synth {

// Where the centre of an object is in the middle of its shot: 0 … 1 from left to right and from top to bottom.
struct Place {
  double x = 0, y = 0;
};

// Identical objects; no other group of the scene has both its colour and its shape.
struct Group {
  Shape shape{};
  Color color{};
  Size size{};
  std::vector<Place> places;  // one an object

  int count() const noexcept { return static_cast<int>(places.size()); }
};

// All that can be said about a picture. Groups are in the order of naming: left to right, or top to bottom for two that
// lie above each other.
struct SceneFacts {
  Background background{};
  std::vector<Group> groups;
};

// How far the whole of `a` lies on that side of the whole of `b`, as a part of the picture; below 0: they overlap.
double separation(Relation relation, const Group& a, const Group& b);

// A relation is stated only with this much room between the nearest objects, and called false only without any.
inline constexpr double kClearSeparation = 0.1;
bool clearly_holds(Relation relation, const Group& a, const Group& b);
bool clearly_fails(Relation relation, const Group& a, const Group& b);

// How the first of two groups lies to the second, seen along the axis that separates them more: left of or above.
Relation main_relation(const SceneFacts& facts);

int total_count(const SceneFacts& facts);

// {"background", "shapes": [{"shape", "color", "size", "count", "x", "y", "places": [[x, y] …]}]}; x and y are the
// mean.
nlohmann::json facts_to_json(const SceneFacts& facts);
// The way back; "count" and "places" may be missing for single objects. Throws Error(kInvalidData) naming `source`.
SceneFacts facts_from_json(const nlohmann::json& json, const std::string& source);

}  // namespace blip::synth
