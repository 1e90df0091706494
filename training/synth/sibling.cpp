#include "training/synth/sibling.h"

#include <algorithm>
#include <string_view>

#include "core/base/error.h"
#include "training/synth/captions.h"

namespace blip::synth {
namespace {

constexpr double kShrink = 0.62;  // a small object's radius over a large one's

enum class Change { kColor, kShape, kCount, kSize, kBackground, kMirror, kFlip };
constexpr std::array<std::string_view, 7> kFacts = {"color",      "shape",      "count",      "size",
                                                    "background", "left-right", "above-below"};
constexpr std::string_view kRelation = "relation";  // both of the last
constexpr int kTries = 200;

bool is_alone(World world, const SceneFacts& facts, std::size_t g) {
  for (std::size_t i = 0; i < facts.groups.size(); ++i) {
    if (i == g) continue;
    const bool color = facts.groups[i].color == facts.groups[g].color;
    const bool shape = facts.groups[i].shape == facts.groups[g].shape;
    if (world == World::kRich ? color && shape : color || shape) return false;
  }
  return true;
}

bool change_color(Scene& scene, std::size_t g, Random& random) {
  Group& group = scene.facts.groups[g];
  const Color before = group.color;
  group.color = pick_color(scene.world, scene.facts.background, random);
  return group.color != before && is_alone(scene.world, scene.facts, g);
}

bool change_shape(Scene& scene, std::size_t g, Random& random) {
  Group& group = scene.facts.groups[g];
  const Shape before = group.shape;
  group.shape = pick_shape(scene.world, random);
  return group.shape != before && is_alone(scene.world, scene.facts, g);
}

bool take_one(Scene& scene, std::size_t g, Random& random) {
  Group& group = scene.facts.groups[g];
  if (group.count() < 2) return false;
  const auto which = random.index(group.places.size());
  std::size_t seen = 0;
  for (auto object = scene.objects.begin(); object != scene.objects.end(); ++object) {
    if (object->group != static_cast<int>(g) || seen++ != which) continue;
    scene.objects.erase(object);
    group.places.erase(group.places.begin() + static_cast<std::ptrdiff_t>(which));
    break;
  }
  order_groups(scene);
  return true;
}

bool shrink(Scene& scene, std::size_t g) {
  Group& group = scene.facts.groups[g];
  if (group.size != Size::kLarge) return false;
  group.size = Size::kSmall;
  for (SceneObject& object : scene.objects)
    if (object.group == static_cast<int>(g)) object.radius *= kShrink;
  return true;
}

bool change_background(Scene& scene, Random& random) {
  const Background before = scene.facts.background;
  scene.facts.background = static_cast<Background>(random.index(kBackgroundWords.size()));
  return scene.facts.background != before &&
         std::all_of(scene.facts.groups.begin(), scene.facts.groups.end(),
                     [&](const Group& group) { return can_stand_on(group.color, scene.facts.background); });
}

bool mirror(Scene& scene) {
  auto& groups = scene.facts.groups;
  if (groups.size() < 2) return false;
  for (Group& group : groups)
    for (Place& place : group.places) place.x = 1 - place.x;
  for (SceneObject& object : scene.objects) {
    object.x = scene.width - object.x;
    object.sway_x = -object.sway_x;
    object.angle = -object.angle;
  }
  scene.drift_x = -scene.drift_x;
  if (groups.size() == 2) {
    order_groups(scene);
    return true;
  }
  std::reverse(groups.begin(), groups.end());
  const int last = static_cast<int>(groups.size()) - 1;
  for (SceneObject& object : scene.objects) object.group = last - object.group;
  return true;
}

// Nothing is turned upside down: only places are exchanged.
bool flip(Scene& scene) {
  if (scene.facts.groups.size() != 2) return false;
  for (Group& group : scene.facts.groups)
    for (Place& place : group.places) place.y = 1 - place.y;
  for (SceneObject& object : scene.objects) {
    object.y = scene.height - object.y;
    object.sway_y = -object.sway_y;
  }
  scene.drift_y = -scene.drift_y;
  order_groups(scene);
  return true;
}

bool apply(Change change, Scene& scene, Random& random) {
  const std::size_t g = random.index(scene.facts.groups.size());
  switch (change) {
    case Change::kColor:
      return change_color(scene, g, random);
    case Change::kShape:
      return change_shape(scene, g, random);
    case Change::kCount:
      return take_one(scene, g, random);
    case Change::kSize:
      return shrink(scene, g);
    case Change::kBackground:
      return change_background(scene, random);
    case Change::kMirror:
      return mirror(scene);
    case Change::kFlip:
      return flip(scene);
  }
  return false;
}

}  // namespace

SiblingOdds sibling_odds(const std::vector<std::string>& facts) {
  if (facts.empty()) return {};
  SiblingOdds odds{};
  odds.of_facts.fill(0);
  for (const std::string& fact : facts) {
    bool known = false;
    for (std::size_t i = 0; i < kFacts.size(); ++i) {
      const auto change = static_cast<Change>(i);
      const bool is_relation = change == Change::kMirror || change == Change::kFlip;
      if (fact != kFacts[i] && !(fact == kRelation && is_relation)) continue;
      odds.of_facts[i] = 1;
      known = true;
    }
    if (!known)
      throw Error(ErrorKind::kInvalidArgument,
                  "pictures cannot differ in '" + fact +
                      "'; give color, shape, count, size, background, relation, left-right or above-below");
  }
  return odds;
}

std::optional<Scene> sibling_of(const Scene& scene, const SiblingOdds& odds, Random& random) {
  for (int i = 0; i < kTries; ++i) {
    Scene sibling = scene;
    if (!apply(static_cast<Change>(random.weighted(odds.of_facts)), sibling, random)) continue;
    if (has_telling_caption(scene.world, scene.facts, sibling.facts) &&
        has_telling_caption(scene.world, sibling.facts, scene.facts))
      return sibling;
  }
  return std::nullopt;
}

}  // namespace blip::synth
