#pragma once

#include <vector>

#include "training/synth/scene.h"

namespace blip::synth {

struct Region {
  double left = 0, top = 0, right = 0, bottom = 0;  // pixels; where centres of objects may be
};

// Where the groups of a scene may be, one region a group, and how much may move. Pixels.
struct Layout {
  std::vector<Region> regions;
  double small = 0, large = 0, spread = 0;  // radius of a small and a large object, times 1 ± spread
  double gap = 0;                           // between the edges of two objects
  double drift = 0, sway = 0, growth = 0;   // most motion
};

Layout layout_of(World world, FrameSize size, std::size_t groups, Random& random);

// Puts counts[i] objects of group i into its region; radius by the group's size. Fills objects and places of the
// groups. False if no room was found.
bool place_objects(const Layout& layout, const std::vector<int>& counts, Scene& scene, Random& random);

}  // namespace blip::synth
