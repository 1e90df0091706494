#include "training/results/published_figures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>

namespace blip {
namespace {

std::optional<double> published(std::string_view layout, std::string_view model, std::string_view setting,
                                std::string_view key) {
  for (const PublishedRow& row : published_rows())
    if (row.layout == layout && row.model == model && row.setting == setting)
      for (const PublishedFigure& figure : row.figures)
        if (figure.key == key) return figure.value;
  return std::nullopt;
}

TEST(PublishedFigures, AreThoseOfThePaper) {
  EXPECT_EQ(published("msrvtt-1ka", "BLIP", "zero-shot", "t2v.r1"), 43.3);
  EXPECT_EQ(published("msrvtt-1ka", "BLIP", "zero-shot", "t2v.mdr"), 2);
  EXPECT_EQ(published("msvd-qa", "BLIP", "zero-shot", "accuracy"), 35.2);
  EXPECT_EQ(published("coco-retrieval", "BLIP ViT-L 129M", "fine-tuned", "t2i.r1"), 65.1);
  EXPECT_EQ(published("coco-caption", "BLIP CapFilt-L 129M", "fine-tuned", "cider"), 133.3);
  EXPECT_EQ(published("nocaps", "BLIP 14M", "zero-shot", "spice.out-domain"), 13.7);
  EXPECT_EQ(published("visdial", "BLIP", "fine-tuned", "mean_rank"), 3.2);
  EXPECT_EQ(published("vqav2", "BLIP-2 ViT-g FlanT5 XXL", "zero-shot", "accuracy"), 65.2);
  EXPECT_EQ(published("okvqa", "BLIP-2 ViT-g OPT 2.7B", "zero-shot", "accuracy"), 31.7);
  EXPECT_EQ(published("nocaps", "BLIP-2 ViT-g FlanT5 XL", "zero-shot", "cider"), 121.6);
  EXPECT_EQ(published("flickr30k-retrieval", "BLIP-2 ViT-g", "zero-shot", "t2i.r1"), 89.7);
}

TEST(PublishedFigures, WhatAPaperDoesNotHaveIsNotThere) {
  EXPECT_FALSE(published("msrvtt-1ka", "VideoCLIP", "zero-shot", "t2v.mdr"));
  EXPECT_FALSE(published("nocaps", "SimVLM-huge 1.8B", "zero-shot", "spice"));
}

TEST(PublishedFigures, AllHaveASourceAndFigures) {
  ASSERT_FALSE(published_rows().empty());
  for (const PublishedRow& row : published_rows()) {
    EXPECT_FALSE(row.source.empty()) << row.model;
    EXPECT_FALSE(row.figures.empty()) << row.model;
    for (const PublishedFigure& figure : row.figures) EXPECT_GT(figure.value, 0) << row.model << figure.key;
  }
}

}  // namespace
}  // namespace blip
