#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "training/synth/distortions.h"
#include "training/synth/random.h"
#include "training/synth/scene.h"
#include "training/synth/sibling.h"

namespace blip::synth {

// What all items of a data set have in common.
struct ItemOptions {
  World world = World::kRich;
  std::uint64_t seed = 0;
  bool siblings = false;  // stills come in pairs that differ in one fact: 0 and 1, 2 and 3, …
  SiblingOdds sibling_odds;
  int clip_scale = 1;  // clips are drawn this many times as wide and high
  int clip_shots = 0;  // shots a clip; 0 = two to five
  WebRates web;
};

enum class Part { kTrain, kVal, kTest };  // no two parts share an item
enum class Series { kStills, kClips };

std::string_view name(Part part);  // "train", "val", "test"

// The generator of one item: a function of its arguments alone.
Random item_random(const ItemOptions& options, Part part, Series series, std::uint64_t index);

// What is written beside a picture: {"captions", "wrong_caption", "wrong_kind", "questions": [{"question", "answer",
// "kind"}], "background", "shapes", "web": {"text", "label"}}; the facts as facts_to_json() gives them.
// With `other`, the captions are such as are false of that scene.
nlohmann::json describe_scene(const ItemOptions& options, const SceneFacts& facts, Random& random,
                              const SceneFacts* other = nullptr);

// One picture as a JPEG file, with its description as JSON text and its first caption.
struct Still {
  std::string key;  // "000000431"
  std::string jpeg, json, text;
};

// Drawn at a random moment of a shot. Half of the pictures have the colours of a decoded video (chroma repeated over
// 2 x 2 pixels), half those of a 4:2:0 JPEG file.
Still make_still(const ItemOptions& options, Part part, std::uint64_t index);

}  // namespace blip::synth
