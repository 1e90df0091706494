#include "training/synth/renderer.h"

#include <cmath>
#include <numbers>

#include "training/synth/backdrop.h"
#include "training/synth/outline.h"

namespace blip::synth {
namespace {

constexpr float kEdgeLight = 0.62F;

Rgb darker(Rgb color, float light) {
  for (float& channel : color) channel *= light;
  return color;
}

}  // namespace

SceneRenderer::SceneRenderer(const Scene& scene) : scene_(scene), backdrop_(scene.width, scene.height) {
  Random random({scene.look_seed});
  draw_backdrop(scene.world, scene.facts.background, random, backdrop_);
  enum class Finish { kEven, kShaded, kEdged, kBanded };
  static constexpr std::array<double, 4> kRich = {0.4, 0.2, 0.2, 0.2}, kBasic = {0.6, 0.4, 0, 0};
  for (const Group& group : scene.facts.groups) {
    Look look;
    look.fill.color = shade_of(group.color, random);
    const auto finish = static_cast<Finish>(random.weighted(scene.world == World::kRich ? kRich : kBasic));
    if (finish == Finish::kShaded) {
      look.fill.slope_x = static_cast<float>(random.uniform(-0.002, 0.002));
      look.fill.slope_y = static_cast<float>(random.uniform(-0.005, 0));
    } else if (finish == Finish::kEdged) {
      look.edge = static_cast<float>(random.uniform(0.08, 0.14));
    } else if (finish == Finish::kBanded) {
      const double angle = random.uniform(0, std::numbers::pi), width = random.uniform(3, 5);
      look.fill.band_x = static_cast<float>(std::cos(angle) * std::numbers::pi / width);
      look.fill.band_y = static_cast<float>(std::sin(angle) * std::numbers::pi / width);
      look.fill.band_depth = static_cast<float>(random.uniform(0.06, 0.14));
    }
    looks_.push_back(look);
  }
  if (random.chance(scene.world == World::kRich ? 0.4 : 0.7)) {
    shadow_ = {random.uniform(0.5, 1.5), random.uniform(0.8, 1.8)};
    shadow_depth_ = static_cast<float>(random.uniform(0.25, 0.5));
  }
}

void SceneRenderer::draw_object(const SceneObject& object, const Look& look, double moment, RgbImage& image) const {
  const double way = 2 * moment - 1;  // -1 … 1
  const Point center = {object.x + way * (scene_.drift_x + object.sway_x),
                        object.y + way * (scene_.drift_y + object.sway_y)};
  const double radius = object.radius * (1 + way * scene_.growth);
  const Shape shape = scene_.facts.groups[static_cast<std::size_t>(object.group)].shape;
  Coverage coverage(scene_.width, scene_.height);
  if (shadow_depth_ > 0) {
    coverage.fill(outline(shape, {center.x + shadow_.x, center.y + shadow_.y}, radius, object.angle));
    coverage.soften(2);
    paint(image, coverage, Fill{}, shadow_depth_);
  }
  Fill fill = look.fill;
  fill.center = center;
  if (look.edge > 0) {
    Fill edge = fill;
    edge.color = darker(fill.color, kEdgeLight);
    coverage.fill(outline(shape, center, radius, object.angle));
    paint(image, coverage, edge);
    auto contours = outline(shape, center, radius * (1 - look.edge), object.angle);
    if (shape == Shape::kRing) contours[1] = outline(shape, center, radius * (1 + look.edge), object.angle)[1];
    coverage.fill(contours);
  } else {
    coverage.fill(outline(shape, center, radius, object.angle));
  }
  paint(image, coverage, fill);
}

void SceneRenderer::draw(double moment, RgbImage& image) const {
  image = backdrop_;
  for (const SceneObject& object : scene_.objects)
    draw_object(object, looks_[static_cast<std::size_t>(object.group)], moment, image);
}

}  // namespace blip::synth
