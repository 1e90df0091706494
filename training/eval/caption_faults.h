#pragma once

#include <set>
#include <string>
#include <string_view>

#include "training/synth/scene_facts.h"

namespace blip {

// What is wrong with a caption of a scene, by kind: "no sentence", "background", "total", "count", "size", "colour" (an
// object of that shape is there), "shape" (one of that colour is), "object" (neither), "relation", "said twice" (two
// claims about the same objects), "left out" (fewer claims than groups). Empty for a true caption that names all
// groups.
std::set<std::string> caption_faults(std::string_view caption, const synth::SceneFacts& facts);

}  // namespace blip
