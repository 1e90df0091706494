#include "training/synth/outline.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace blip::synth {
namespace {

double area(const Contour& contour) {
  double twice = 0;
  Point from = contour.back();
  for (const Point& to : contour) {
    twice += from.x * to.y - to.x * from.y;
    from = to;
  }
  return std::abs(twice) / 2;
}

TEST(Outline, EveryShapeIsAboutAsLargeAsItsCircle) {
  for (std::size_t i = 0; i < kShapeWords.size(); ++i) {
    const auto& contours = unit_outline(static_cast<Shape>(i));
    double reach = 0;
    for (const Contour& contour : contours) {
      EXPECT_GE(contour.size(), 3U) << kShapeWords[i];
      for (const Point& point : contour) reach = std::max(reach, std::hypot(point.x, point.y));
    }
    EXPECT_GT(reach, 0.95) << kShapeWords[i];
    EXPECT_LT(reach, 1.3) << kShapeWords[i];
    EXPECT_EQ(contours.size(), static_cast<Shape>(i) == Shape::kRing ? 2U : 1U) << kShapeWords[i];
  }
}

TEST(Outline, AreasAreThoseOfTheShapes) {
  EXPECT_NEAR(area(unit_outline(Shape::kSquare)[0]), 1.72 * 1.72, 1e-9);
  EXPECT_NEAR(area(unit_outline(Shape::kCircle)[0]), std::numbers::pi, 0.02);
  EXPECT_NEAR(area(unit_outline(Shape::kCross)[0]), 2 * 2 * 0.68 - 0.68 * 0.68, 1e-9);
  EXPECT_NEAR(area(unit_outline(Shape::kRing)[1]), std::numbers::pi * 0.56 * 0.56, 0.01);
}

TEST(Outline, TurnsScalesAndMoves) {
  const auto contours = outline(Shape::kSquare, {100, 50}, 10, std::numbers::pi / 2);
  const Point first = contours[0][0];  // (-0.86, -0.86), turned a quarter clockwise as seen: (0.86, -0.86)
  EXPECT_NEAR(first.x, 108.6, 1e-9);
  EXPECT_NEAR(first.y, 41.4, 1e-9);
}

TEST(Outline, TrianglesAndHeartsStandOnTheirRightSide) {
  const auto widest_at = [](Shape shape) {
    Point widest;
    for (const Point& point : unit_outline(shape)[0])
      if (point.x > widest.x) widest = point;
    return widest.y;
  };
  EXPECT_GT(widest_at(Shape::kTriangle), 0.5);  // y points down: the base is below
  EXPECT_LT(widest_at(Shape::kHeart), 0);       // the point is below
}

}  // namespace
}  // namespace blip::synth
