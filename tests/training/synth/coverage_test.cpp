#include "training/synth/coverage.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace blip::synth {
namespace {

Contour box(double left, double top, double right, double bottom) {
  return {{left, top}, {right, top}, {right, bottom}, {left, bottom}};
}

float at(const Coverage& coverage, int x, int y) {
  const int column = x - coverage.left(), line = y - coverage.top();
  if (column < 0 || line < 0 || column >= coverage.columns() || line >= coverage.rows()) return 0;
  return coverage.row(line)[column];
}

double sum(const Coverage& coverage) {
  double total = 0;
  for (int y = 0; y < coverage.rows(); ++y)
    for (int x = 0; x < coverage.columns(); ++x) total += coverage.row(y)[x];
  return total;
}

TEST(Coverage, OfABoxIsItsPartOfEachPixel) {
  Coverage coverage(20, 20);
  coverage.fill({box(3.25, 4.5, 6.5, 6)});
  EXPECT_NEAR(at(coverage, 3, 5), 0.75, 1e-6);
  EXPECT_NEAR(at(coverage, 4, 5), 1, 1e-6);
  EXPECT_NEAR(at(coverage, 6, 5), 0.5, 1e-6);
  EXPECT_NEAR(at(coverage, 4, 4), 0.5, 1e-6);
  EXPECT_NEAR(at(coverage, 4, 6), 0, 1e-6);
  EXPECT_NEAR(at(coverage, 2, 5), 0, 1e-6);
  EXPECT_NEAR(sum(coverage), 3.25 * 1.5, 1e-5);
}

TEST(Coverage, InsideOnePixelIsItsArea) {
  Coverage coverage(4, 4);
  coverage.fill({box(1.25, 1, 1.5, 2)});
  EXPECT_NEAR(at(coverage, 1, 1), 0.25, 1e-6);
}

TEST(Coverage, OfACircleSumsUpToItsArea) {
  Contour circle;
  for (int i = 0; i < 400; ++i) {
    const double angle = 2 * std::numbers::pi * i / 400;
    circle.push_back({30 + 11.3 * std::cos(angle), 29.4 + 11.3 * std::sin(angle)});
  }
  Coverage coverage(60, 60);
  coverage.fill({circle});
  EXPECT_NEAR(sum(coverage), std::numbers::pi * 11.3 * 11.3, 0.5);
}

TEST(Coverage, SecondContourIsAHole) {
  Coverage coverage(20, 20);
  coverage.fill({box(2, 2, 12, 12), box(5, 5, 8, 8)});
  EXPECT_NEAR(sum(coverage), 100 - 9, 1e-4);
  EXPECT_EQ(at(coverage, 6, 6), 0);
}

TEST(Coverage, EndsAtThePicturesEdges) {
  Coverage coverage(10, 8);
  coverage.fill({box(-5, -5, 30, 30)});
  EXPECT_NEAR(sum(coverage), 80, 1e-4);
  coverage.fill({box(40, 40, 50, 50)});
  EXPECT_EQ(sum(coverage), 0);
  coverage.fill({box(-20, 2, -10, 4)});
  EXPECT_EQ(sum(coverage), 0);
}

TEST(Coverage, SofteningKeepsTheAreaAndSpreadsIt) {
  Coverage coverage(30, 30);
  coverage.fill({box(10, 10, 20, 20)});
  coverage.soften(2);
  EXPECT_NEAR(sum(coverage), 100, 0.01);
  EXPECT_GT(at(coverage, 9, 15), 0.1);
  EXPECT_LT(at(coverage, 10, 15), 0.99);
  EXPECT_NEAR(at(coverage, 15, 15), 1, 1e-5);
}

}  // namespace
}  // namespace blip::synth
