#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "training/synth/scene.h"

namespace blip::synth {

// How questions speak of a group of a scene.

std::string noun_of(const Group& group, std::string_view noun);  // "circle" or "circles", as many as there are
std::string kind_of(const Group& group);                         // "red circle", "red circles"
std::string_view be(const Group& group);                         // "is" or "are"

// "circle" if there is one such group, "small circle" if size tells it from the others, none else.
std::optional<std::string> by_shape(World world, const SceneFacts& facts, const Group& group);
// "red thing", "small red thing", none.
std::optional<std::string> by_color(World world, const SceneFacts& facts, const Group& group);

template <class Test>
std::size_t count_groups(const SceneFacts& facts, Test test) {
  return static_cast<std::size_t>(std::count_if(facts.groups.begin(), facts.groups.end(), test));
}

}  // namespace blip::synth
