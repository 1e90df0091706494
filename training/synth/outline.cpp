#include "training/synth/outline.h"

#include <cmath>
#include <numbers>

namespace blip::synth {
namespace {

constexpr double kPi = std::numbers::pi;

// Points on a circle from the top, clockwise.
Contour around(int points, double radius) {
  Contour contour;
  for (int i = 0; i < points; ++i) {
    const double angle = 2 * kPi * i / points - kPi / 2;
    contour.push_back({radius * std::cos(angle), radius * std::sin(angle)});
  }
  return contour;
}

Contour circle(double radius) {
  return around(40, radius);
}

Contour triangle() {
  Contour contour = around(3, 1.15);
  for (Point& point : contour) point.y += 0.2;
  return contour;
}

Contour star() {
  constexpr double kInner = 0.42, kOuter = 1.1;
  Contour contour = around(10, kOuter);
  for (std::size_t i = 1; i < contour.size(); i += 2) {
    contour[i].x *= kInner;
    contour[i].y *= kInner;
  }
  for (Point& point : contour) point.y += 0.08;
  return contour;
}

Contour cross() {
  constexpr double kArm = 0.34;
  return {{-kArm, -1}, {kArm, -1}, {kArm, -kArm}, {1, -kArm}, {1, kArm},   {kArm, kArm},
          {kArm, 1},   {-kArm, 1}, {-kArm, kArm}, {-1, kArm}, {-1, -kArm}, {-kArm, -kArm}};
}

// Two quarter-turned arcs over a point; the classic curve x = sin^3 t.
Contour heart() {
  Contour contour;
  constexpr int kPoints = 32;
  for (int i = 0; i < kPoints; ++i) {
    const double t = 2 * kPi * i / kPoints;
    const double y = 13 * std::cos(t) - 5 * std::cos(2 * t) - 2 * std::cos(3 * t) - std::cos(4 * t);
    contour.push_back({1.03 * std::pow(std::sin(t), 3), -(y + 2.5) / 14.0});
  }
  return contour;
}

std::vector<std::vector<Contour>> make_outlines() {
  constexpr double kSide = 0.86, kHole = 0.56, kWaist = 0.76;
  return {{circle(1)},
          {{{-kSide, -kSide}, {kSide, -kSide}, {kSide, kSide}, {-kSide, kSide}}},
          {triangle()},
          {star()},
          {cross()},
          {circle(1), circle(kHole)},
          {{{0, -1.12}, {kWaist, 0}, {0, 1.12}, {-kWaist, 0}}},
          {heart()}};
}

}  // namespace

const std::vector<Contour>& unit_outline(Shape shape) {
  static const std::vector<std::vector<Contour>> outlines = make_outlines();
  return outlines[static_cast<std::size_t>(shape)];
}

std::vector<Contour> outline(Shape shape, Point center, double radius, double angle) {
  std::vector<Contour> contours = unit_outline(shape);
  const double c = radius * std::cos(angle), s = radius * std::sin(angle);
  for (Contour& contour : contours)
    for (Point& p : contour) p = {center.x + c * p.x - s * p.y, center.y + s * p.x + c * p.y};
  return contours;
}

}  // namespace blip::synth
