#include "training/synth/scene_layout.h"

#include <algorithm>
#include <cmath>

namespace blip::synth {
namespace {

constexpr int kTries = 24;
constexpr double kGroupGap = 0.15;  // between centres of two neighbouring groups, as a part of the picture

bool is_free(const Scene& scene, const SceneObject& object, double gap) {
  return std::none_of(scene.objects.begin(), scene.objects.end(), [&](const SceneObject& other) {
    const double dx = object.x - other.x, dy = object.y - other.y, reach = object.radius + other.radius + gap;
    return dx * dx + dy * dy < reach * reach;
  });
}

bool place_one(const Layout& layout, SceneObject object, Scene& scene, Random& random) {
  const Region& region = layout.regions[static_cast<std::size_t>(object.group)];
  const double margin = object.radius + layout.drift + layout.sway + 1;
  const double left = std::max(region.left, margin), right = std::min(region.right, scene.width - margin);
  const double top = std::max(region.top, margin), bottom = std::min(region.bottom, scene.height - margin);
  if (left > right || top > bottom) return false;
  for (int i = 0; i < kTries; ++i) {
    object.x = random.uniform(left, right);
    object.y = random.uniform(top, bottom);
    if (!is_free(scene, object, layout.gap)) continue;
    scene.objects.push_back(object);
    scene.facts.groups[static_cast<std::size_t>(object.group)].places.push_back(
        {object.x / scene.width, object.y / scene.height});
    return true;
  }
  return false;
}

Region part(FrameSize size, double left, double top, double right, double bottom) {
  return {left * size.width, top * size.height, right * size.width, bottom * size.height};
}

Layout rich_layout(FrameSize size, std::size_t groups, Random& random) {
  Layout layout;
  const double scale = std::sqrt(size.width * size.height / 19200.0);
  layout.small = 12.5 * scale;
  layout.large = 20 * scale;
  layout.spread = 0.06;
  layout.gap = 3;
  layout.drift = 3;
  layout.sway = 0.7;
  layout.growth = 0.03;
  if (groups == 1) {
    layout.regions = {part(size, 0, 0, 1, 1)};
  } else if (groups == 2) {
    const bool is_vertical = random.chance(0.5);
    const double border = random.uniform(0.35, 0.65), half = kGroupGap / 2;
    if (is_vertical)
      layout.regions = {part(size, 0, 0, 1, border - half), part(size, 0, border + half, 1, 1)};
    else
      layout.regions = {part(size, 0, 0, border - half, 1), part(size, border + half, 0, 1, 1)};
  } else {
    const double first = random.uniform(0.26, 0.4), second = random.uniform(0.6, 0.74), half = kGroupGap / 2;
    layout.regions = {part(size, 0, 0, first - half, 1), part(size, first + half, 0, second - half, 1),
                      part(size, second + half, 0, 1, 1)};
  }
  return layout;
}

Region around(FrameSize size, double x, double y, double half_width, double half_height) {
  return part(size, x - half_width, y - half_height, x + half_width, y + half_height);
}

// Measured on the annotations and frames of tests/data/shapes.
Layout basic_layout(FrameSize size, std::size_t groups, Random& random) {
  Layout layout;
  layout.small = 14.5 * size.height / 120;
  layout.large = 24.2 * size.height / 120;
  layout.spread = 0.06;
  layout.gap = 2;
  layout.drift = 3;
  layout.sway = 0.8;
  layout.growth = 0.03;
  if (groups == 1) {
    layout.regions = {around(size, 0.5, 0.5, 0.25, 0.2)};
  } else if (groups == 2) {
    if (random.chance(0.5)) {
      const double x = random.uniform(0.35, 0.65);
      layout.regions = {around(size, x, 0.28, 0.13, 0.03), around(size, x, 0.73, 0.13, 0.03)};
    } else {
      layout.regions = {around(size, 0.27, 0.5, 0.06, 0.12), around(size, 0.73, 0.5, 0.06, 0.12)};
    }
  } else {
    layout.gap = 0.5;
    layout.regions = {around(size, 0.19, 0.5, 0.03, 0.19), around(size, 0.5, 0.5, 0.03, 0.19),
                      around(size, 0.81, 0.5, 0.03, 0.19)};
  }
  return layout;
}

}  // namespace

Layout layout_of(World world, FrameSize size, std::size_t groups, Random& random) {
  return world == World::kRich ? rich_layout(size, groups, random) : basic_layout(size, groups, random);
}

bool place_objects(const Layout& layout, const std::vector<int>& counts, Scene& scene, Random& random) {
  constexpr int kRestarts = 6;
  for (int restart = 0; restart < kRestarts; ++restart) {
    scene.objects.clear();
    bool complete = true;
    for (std::size_t g = 0; g < counts.size() && complete; ++g) {
      Group& group = scene.facts.groups[g];
      group.places.clear();
      SceneObject object;
      object.group = static_cast<int>(g);
      const double radius = group.size == Size::kSmall ? layout.small : layout.large;
      object.radius = radius * random.uniform(1 - layout.spread, 1 + layout.spread);
      for (int i = 0; i < counts[g] && complete; ++i) complete = place_one(layout, object, scene, random);
    }
    if (complete) return true;
  }
  return false;
}

}  // namespace blip::synth
