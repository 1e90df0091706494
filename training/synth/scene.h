#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "training/synth/random.h"
#include "training/synth/scene_facts.h"

namespace blip::synth {

// Two worlds. kRich: 8 shapes, 10 colours, up to three groups of one to four identical objects, textures and clutter.
// kBasic: the world of tests/data/shapes: 6 shapes, 8 colours, one to three single objects, all of different colours
// and shapes.
enum class World { kBasic, kRich };

inline constexpr std::size_t kBasicShapes = 6, kBasicColors = 8;  // the first ones of the words

World world_of(std::string_view name);  // "basic" or "rich"; throws Error(kInvalidArgument)
std::string_view name(World world);

// One object in the middle of its shot; pixels, angles in radians.
struct SceneObject {
  int group = 0;                  // index into SceneFacts::groups
  double x = 0, y = 0;            // centre
  double radius = 0;              // of the circle it would be
  double angle = 0;               // tilt, small
  double sway_x = 0, sway_y = 0;  // own motion: -sway at the start of the shot, +sway at its end
};

// A picture with motion, before it is drawn: facts and geometry. Everything that is only looks comes from look_seed.
struct Scene {
  World world = World::kRich;
  int width = 0, height = 0;
  SceneFacts facts;
  std::vector<SceneObject> objects;
  double drift_x = 0, drift_y = 0;  // motion of all objects together, pixels, as sway
  double growth = 0;                // size at the end over that at the start, minus 1, halved
  std::uint64_t look_seed = 0;
};

// The frame size of an item: 160x120 mostly, 192x108 sometimes.
struct FrameSize {
  int width = 160, height = 120;
};
FrameSize sample_frame_size(Random& random);

// What is sampled for one group, and whether it may lie there: colours close to a background do not.
bool can_stand_on(Color color, Background background);
Color pick_color(World world, Background background, Random& random);
Shape pick_shape(World world, Random& random);

// Puts two groups in the order of naming; more than two are placed in it.
void order_groups(Scene& scene);

// The same scene on a canvas `factor` times as wide and high. Textures, bands and shadows keep their size in pixels.
Scene magnified(Scene scene, int factor);

// A scene of the world. Objects do not overlap and stay inside through the shot; neighbouring groups are clearly
// separated, and what is true in the middle of the shot is true throughout.
Scene sample_scene(World world, FrameSize size, Random& random);

}  // namespace blip::synth
