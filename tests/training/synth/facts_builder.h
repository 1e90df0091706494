#pragma once

#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

#include "training/synth/scene_facts.h"

namespace blip::synth::test {

// A scene written down by hand: group("small", "red", "circle", {{0.2, 0.5}}).
inline Group group(std::string_view size, std::string_view color, std::string_view shape, std::vector<Place> places) {
  Group result;
  result.size = size_of(size).value();
  result.color = color_of(color).value();
  result.shape = shape_of(shape).value();
  result.places = std::move(places);
  return result;
}

inline SceneFacts scene(std::string_view background, std::initializer_list<Group> groups) {
  SceneFacts facts;
  facts.background = background_of(background).value();
  facts.groups = groups;
  return facts;
}

// Two small red circles left of a large blue star, on dark.
inline SceneFacts circles_and_star() {
  return scene("dark", {group("small", "red", "circle", {{0.2, 0.3}, {0.25, 0.7}}),
                        group("large", "blue", "star", {{0.7, 0.5}})});
}

}  // namespace blip::synth::test
