#include "training/synth/scene.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <string>

#include "core/base/error.h"
#include "training/synth/scene_layout.h"

namespace blip::synth {
namespace {

constexpr double kDegree = std::numbers::pi / 180;

// Colours and shapes of the groups. In the rich world many scenes share one of the two between groups, so that neither
// alone tells groups apart.
void choose_kinds(World world, SceneFacts& facts, Random& random) {
  enum class Sharing { kNone, kColor, kShape };
  const std::array<double, 3> odds = {0.3, 0.35, 0.35};
  const bool rich = world == World::kRich;
  const auto sharing = rich ? static_cast<Sharing>(random.weighted(odds)) : Sharing::kNone;
  const Color color = pick_color(world, facts.background, random);
  const Shape shape = pick_shape(world, random);
  for (std::size_t i = 0; i < facts.groups.size(); ++i) {
    Group& group = facts.groups[i];
    const auto clashes = [&](const Group& other) {
      if (rich) return other.color == group.color && other.shape == group.shape;
      return other.color == group.color || other.shape == group.shape;
    };
    do {
      // With three groups one in three is free of the sharing: two red shapes and a blue one.
      const bool shares = i < 2 || random.chance(0.5);
      group.color = sharing == Sharing::kColor && shares ? color : pick_color(world, facts.background, random);
      group.shape = sharing == Sharing::kShape && shares ? shape : pick_shape(world, random);
    } while (std::any_of(facts.groups.begin(), facts.groups.begin() + static_cast<std::ptrdiff_t>(i), clashes));
    group.size = static_cast<Size>(random.index(2));
  }
}

std::vector<int> choose_counts(World world, std::size_t groups, Random& random) {
  if (world == World::kBasic) return std::vector<int>(groups, 1);
  static constexpr std::array<std::array<double, 4>, 3> kOdds = {
      {{0.34, 0.26, 0.2, 0.2}, {0.44, 0.26, 0.18, 0.12}, {0.55, 0.27, 0.12, 0.06}}};
  constexpr int kMostObjects = 6;
  std::vector<int> counts(groups);
  int sum = 0;
  do {
    sum = 0;
    for (int& count : counts) sum += count = 1 + static_cast<int>(random.weighted(kOdds[groups - 1]));
  } while (sum > kMostObjects);
  return counts;
}

void choose_motion(Scene& scene, const Layout& layout, Random& random) {
  scene.drift_x = random.uniform(-layout.drift, layout.drift);
  scene.drift_y = random.uniform(-layout.drift, layout.drift);
  scene.growth = random.uniform(-layout.growth, layout.growth);
  for (SceneObject& object : scene.objects) {
    object.sway_x = random.uniform(-layout.sway, layout.sway);
    object.sway_y = random.uniform(-layout.sway, layout.sway);
    object.angle = random.uniform(-7, 7) * kDegree;
  }
}

std::optional<Scene> try_scene(World world, FrameSize size, Random& random) {
  Scene scene;
  scene.world = world;
  scene.width = size.width;
  scene.height = size.height;
  scene.facts.background = static_cast<Background>(random.index(3));
  static constexpr std::array<double, 3> kGroupOdds = {0.4, 0.42, 0.18};
  const std::size_t groups = 1 + random.weighted(kGroupOdds);
  scene.facts.groups.resize(groups);
  choose_kinds(world, scene.facts, random);
  const auto counts = choose_counts(world, groups, random);
  const Layout layout = layout_of(world, size, groups, random);
  if (!place_objects(layout, counts, scene, random)) return std::nullopt;
  order_groups(scene);
  choose_motion(scene, layout, random);
  scene.look_seed = random.next();
  return scene;
}

}  // namespace

bool can_stand_on(Color color, Background background) {
  return !(color == Color::kWhite && background == Background::kLight);
}

Color pick_color(World world, Background background, Random& random) {
  const std::size_t colors = world == World::kRich ? kColorWords.size() : kBasicColors;
  while (true) {
    const auto color = static_cast<Color>(random.index(colors));
    if (can_stand_on(color, background)) return color;
  }
}

Shape pick_shape(World world, Random& random) {
  return static_cast<Shape>(random.index(world == World::kRich ? kShapeWords.size() : kBasicShapes));
}

// Two groups are named top to bottom where they lie rather above each other than beside each other.
void order_groups(Scene& scene) {
  auto& groups = scene.facts.groups;
  if (groups.size() != 2) return;
  const double beside = separation(Relation::kLeftOf, groups[0], groups[1]);
  const double below = separation(Relation::kBelow, groups[0], groups[1]);
  const double above = separation(Relation::kAbove, groups[0], groups[1]);
  const bool swap =
      (below > 0 && below > beside) || (separation(Relation::kRightOf, groups[0], groups[1]) > std::max(above, 0.0));
  if (!swap) return;
  std::swap(groups[0], groups[1]);
  for (SceneObject& object : scene.objects) object.group = 1 - object.group;
}

World world_of(std::string_view name) {
  if (name == "rich") return World::kRich;
  if (name == "basic") return World::kBasic;
  throw Error(ErrorKind::kInvalidArgument, "no world '" + std::string(name) + "'; there are rich and basic");
}

std::string_view name(World world) {
  return world == World::kRich ? "rich" : "basic";
}

FrameSize sample_frame_size(Random& random) {
  constexpr double kWide = 0.2;
  return random.chance(kWide) ? FrameSize{192, 108} : FrameSize{160, 120};
}

Scene magnified(Scene scene, int factor) {
  scene.width *= factor;
  scene.height *= factor;
  for (SceneObject& object : scene.objects) {
    for (double* length : {&object.x, &object.y, &object.radius, &object.sway_x, &object.sway_y}) *length *= factor;
  }
  scene.drift_x *= factor;
  scene.drift_y *= factor;
  return scene;
}

Scene sample_scene(World world, FrameSize size, Random& random) {
  while (true)
    if (auto scene = try_scene(world, size, random)) return *std::move(scene);
}

}  // namespace blip::synth
