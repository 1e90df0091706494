#include "training/eval/figures.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace blip {
namespace {

std::vector<ModelFigures> two_models() {
  ModelFigures first{"pretrain", "a.pth", {}}, second{"vqa", "b.pth", {}};
  first.figures.add("itm", "ITM", Tally{3, 4});
  first.figures.add("rank", "median rank", 2.5, 10, /*plain=*/true);
  second.figures.add("vqa", "VQA", Tally{1, 3});
  second.figures.add("itm", "ITM", Tally{1, 4});
  return {first, second};
}

TEST(Figures, TheTableHasARowAFigureAndAColumnAModel) {
  EXPECT_EQ(figures_table(two_models()),
            "| | of | pretrain | vqa |\n"
            "|---|---:|---:|---:|\n"
            "| ITM | 4 | 75.0 % | 25.0 % |\n"
            "| median rank | 10 | 2.5 | |\n"
            "| VQA | 3 | | 33.3 % |\n");
}

TEST(Figures, JsonHasTheValuesThemselves) {
  const auto json = figures_json("world/test", two_models());
  EXPECT_EQ(json.at("data"), "world/test");
  EXPECT_EQ(json.at("models").at(0).at("figures").at("itm").at("value"), 0.75);
  EXPECT_EQ(json.at("models").at(1).at("figures").at("vqa").at("count"), 3);
  EXPECT_EQ(json.at("models").at(1).at("path"), "b.pth");
}

TEST(Figures, NothingCountedIsNoFigure) {
  Figures figures;
  figures.add("none", "none", Tally{});
  EXPECT_EQ(figures.find("none"), nullptr);
}

}  // namespace
}  // namespace blip
