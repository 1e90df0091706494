#include "training/synth/renderer.h"

#include <gtest/gtest.h>

#include "tests/training/synth/facts_builder.h"

namespace blip::synth {
namespace {

// A large red object in the middle of a light picture.
Scene one_object(std::string_view shape) {
  Scene scene;
  scene.world = World::kBasic;
  scene.width = 160;
  scene.height = 120;
  scene.facts = test::scene("light", {test::group("large", "red", shape, {{0.5, 0.5}})});
  SceneObject object;
  object.x = 80;
  object.y = 60;
  object.radius = 20;
  scene.objects = {object};
  scene.look_seed = 3;
  return scene;
}

bool is_red(const RgbImage& image, int x, int y) {
  const std::uint8_t* pixel = image.row(y) + 3 * x;
  return pixel[0] > 150 && pixel[1] < 90 && pixel[2] < 90;
}

bool is_light(const RgbImage& image, int x, int y) {
  const std::uint8_t* pixel = image.row(y) + 3 * x;
  return pixel[0] > 180 && pixel[1] > 180 && pixel[2] > 180;
}

RgbImage drawn(const Scene& scene, double moment = 0.5) {
  RgbImage image;
  SceneRenderer(scene).draw(moment, image);
  return image;
}

TEST(Renderer, DrawsObjectsWhereTheyAre) {
  for (const char* shape : {"circle", "square", "triangle", "star", "cross", "diamond", "heart"}) {
    const RgbImage image = drawn(one_object(shape));
    EXPECT_EQ(image.width, 160);
    EXPECT_EQ(image.height, 120);
    EXPECT_TRUE(is_red(image, 80, 60)) << shape;
    EXPECT_TRUE(is_light(image, 10, 10)) << shape;
    EXPECT_TRUE(is_light(image, 150, 110)) << shape;
  }
}

TEST(Renderer, ShapesDifferWhereTheirOutlinesDo) {
  const RgbImage ring = drawn(one_object("ring"));
  EXPECT_TRUE(is_light(ring, 80, 60));
  EXPECT_TRUE(is_red(ring, 80 + 16, 60));
  const RgbImage square = drawn(one_object("square")), cross = drawn(one_object("cross"));
  EXPECT_TRUE(is_red(square, 80 - 15, 60 - 15));
  EXPECT_TRUE(is_light(cross, 80 - 15, 60 - 15));
  EXPECT_TRUE(is_red(cross, 80 - 18, 60));
}

TEST(Renderer, ObjectsMoveAndGrowThroughTheShot) {
  Scene scene = one_object("circle");
  scene.drift_x = 30;
  scene.growth = 0.2;
  const RgbImage start = drawn(scene, 0), middle = drawn(scene, 0.5), end = drawn(scene, 1);
  EXPECT_TRUE(is_red(start, 50, 60));
  EXPECT_TRUE(is_light(start, 80 + 2, 60));
  EXPECT_TRUE(is_red(middle, 80, 60));
  EXPECT_TRUE(is_red(end, 110, 60));
  EXPECT_TRUE(is_red(end, 110 + 22, 60));     // 20 * 1.2 = 24
  EXPECT_TRUE(is_light(start, 50 + 19, 60));  // 20 * 0.8 = 16
}

TEST(Renderer, EqualScenesGiveEqualPixels) {
  Scene scene = one_object("star");
  const RgbImage first = drawn(scene), again = drawn(scene);
  EXPECT_EQ(first.pixels, again.pixels);
  scene.look_seed = 4;
  EXPECT_NE(drawn(scene).pixels, first.pixels);
}

}  // namespace
}  // namespace blip::synth
