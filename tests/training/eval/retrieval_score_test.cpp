#include "training/eval/retrieval_score.h"

#include <gtest/gtest.h>

namespace blip {
namespace {

TEST(RetrievalScore, RecallsBecomeFigures) {
  Figures figures;
  add_recalls({0.25, 0.5, 0.75, 3.5}, 8, "text_video", "text to video", figures);
  EXPECT_EQ(figures.find("text_video.r5")->value, 0.5);
  EXPECT_EQ(figures.find("text_video.r10")->count, 8);
  EXPECT_TRUE(figures.find("text_video.median_rank")->plain);
}

}  // namespace
}  // namespace blip
