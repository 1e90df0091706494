#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/golden.h"
#include "tests/support/json_lines.h"
#include "training/synth/scene_facts.h"

namespace blip::synth::test {

// Calls take(shot, facts) for every shot of the reference clips; returns how many there are.
template <class Take>
int for_each_shot(Take take) {
  int shots = 0;
  const auto annotations = blip::test::read_json(blip::test::shapes_dir() / "annotations.json");
  for (const auto& clip : annotations.at("clips"))
    for (const auto& shot : clip.at("shots")) {
      const std::string name = clip.at("file").get<std::string>() + " shot " + std::to_string(shots++);
      take(shot, facts_from_json(shot, name));
    }
  return shots;
}

}  // namespace blip::synth::test
