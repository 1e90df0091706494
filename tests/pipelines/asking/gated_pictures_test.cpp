#include "pipelines/asking/gated_pictures.h"

#include <gtest/gtest.h>

#include <deque>

#include "core/base/error.h"
#include "core/engine/backend.h"
#include "tests/support/fake_engine/fake_answers.h"

namespace blip {
namespace {

// A grey picture of 8 x 8.
ImageView grey(std::uint8_t level) {
  static std::deque<std::vector<std::uint8_t>> bytes;
  bytes.emplace_back(64, level);
  ImageView view;
  view.format = PixelFormat::kGray8;
  view.width = view.height = 8;
  view.planes[0] = bytes.back().data();
  view.strides[0] = 8;
  return view;
}

class GatedPicturesTest : public testing::Test {
 protected:
  // Which of the pictures share features, as letters in the order of their coming.
  std::string encode(GatedPictures& gated, const std::vector<int>& levels) {
    std::vector<ImageView> views;
    for (const int level : levels) views.push_back(grey(static_cast<std::uint8_t>(level)));
    std::string names;
    for (const auto& features : gated.encode(views))
      names += dynamic_cast<const test::FakeFeatures&>(*features).color();
    return names;
  }
  GatedPictures gated(const GateOptions& options) {
    return {[this](std::span<const ImageView> pictures) {
              std::vector<std::shared_ptr<const ImageFeatures>> made;
              for (std::size_t i = 0; i < pictures.size(); ++i)
                made.push_back(std::make_shared<test::FakeFeatures>(std::string(1, next_++)));
              return made;
            },
            options};
  }
  char next_ = 'a';
};

TEST_F(GatedPicturesTest, EqualNeighboursShareTheirFeaturesAcrossCalls) {
  auto pictures = gated({GateRule::kDuplicate, 2});
  EXPECT_EQ(encode(pictures, {5, 5, 6, 6, 5}), "aabbc");
  EXPECT_EQ(encode(pictures, {5, 7}), "cd");
  EXPECT_EQ(encode(pictures, {7, 7}), "dd");
  EXPECT_EQ(encode(pictures, {}), "");
}

TEST_F(GatedPicturesTest, SimilarOnesAreThoseLikeTheLastOneEncoded) {
  auto pictures = gated({GateRule::kSimilar, 2});
  EXPECT_EQ(encode(pictures, {5, 6, 7, 8, 9, 10, 11}), "aaabbbc");
}

TEST_F(GatedPicturesTest, OffEncodesAll) {
  auto pictures = gated({GateRule::kOff, 2});
  EXPECT_EQ(encode(pictures, {5, 5, 5}), "abc");
}

}  // namespace
}  // namespace blip
