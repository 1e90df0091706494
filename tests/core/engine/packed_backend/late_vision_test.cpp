// A second start of a model large enough that its packed weights are kept: texts do without the vision part, which is
// made and checked when the first picture comes.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "core/checkpoint/checkpoint.h"
#include "core/engine/packed_backend/packed_backend.h"
#include "tests/core/checkpoint/checkpoint_support.h"
#include "tests/support/temp_dir.h"

namespace blip::test {
namespace {

// 42 MB of packed weights.
Checkpoint large_enough() {
  Checkpoint checkpoint;
  checkpoint.layout = Layout::kMatcher;
  checkpoint.path = "a model in memory";
  checkpoint.config = small_config(Layout::kMatcher);
  checkpoint.config.vision.width = checkpoint.config.text.width = checkpoint.config.encoder_cross_width = 512;
  checkpoint.config.vision.mlp_width = checkpoint.config.text.ffn_width = 2048;
  checkpoint.config.text.depth = 1;
  checkpoint.tensors = small_model(Layout::kMatcher, checkpoint.config);
  return checkpoint;
}

class LateVisionTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { model_ = new Checkpoint(large_enough()); }
  static void TearDownTestSuite() { delete model_; }
  LateVisionTest() {
    setenv("GST_BLIP_CACHE", folder_.path().c_str(), 1);
    first_ = start();
    features_ = encode(*first_);
  }
  ~LateVisionTest() override { setenv("GST_BLIP_CACHE", "off", 1); }

  static std::unique_ptr<Backend> start() { return make_packed_backend(*model_, {}); }
  static std::vector<float> encode(Backend& backend) {
    const std::int64_t side = model_->config.vision.image_size;
    std::vector<float> pixels(static_cast<std::size_t>(3 * side * side));
    for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<float>(i % 7) - 3;
    return backend.encode_images({pixels.data(), 1, side}).front()->to_matrix().values;
  }
  static std::vector<float> embed_text(Backend& backend) {
    TokenBatch texts;
    texts.texts = 1;
    texts.length = 3;
    texts.ids = {2, 5, 3};
    texts.mask = {1, 1, 1};
    return backend.project_texts(texts).values;
  }
  std::filesystem::path kept() const {
    std::filesystem::path found;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) found = entry.path();
    return found;
  }
  // Changes the first byte of an entry of the vision part, or of what comes before it.
  void damage(bool vision) const {
    std::fstream file(kept(), std::ios::in | std::ios::out | std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    const std::size_t at = vision ? bytes.size() - 1 : 4096;
    file.clear();
    file.seekp(static_cast<std::streamoff>(at));
    file.put(static_cast<char>(bytes[at] ^ 0x10));
  }

  static const Checkpoint* model_;
  const TempDir folder_;
  std::unique_ptr<Backend> first_;
  std::vector<float> features_;
};
const Checkpoint* LateVisionTest::model_ = nullptr;

TEST_F(LateVisionTest, TheSecondStartSaysTheSame) {
  ASSERT_FALSE(kept().empty()) << "the model is too small for the test";
  const auto second = start();
  EXPECT_EQ(embed_text(*second), embed_text(*first_));
  EXPECT_EQ(encode(*second), features_);
  EXPECT_EQ(encode(*second), features_);
}

TEST_F(LateVisionTest, ADamagedVisionPartIsNoMatterToTextsAndIsPackedAnewForPictures) {
  damage(true);
  const auto second = start();
  EXPECT_EQ(embed_text(*second), embed_text(*first_));
  EXPECT_FALSE(kept().empty()) << "nobody has looked at it yet";
  EXPECT_EQ(encode(*second), features_);
  EXPECT_TRUE(kept().empty()) << "the next start packs anew";
  EXPECT_EQ(encode(*start()), features_);
  EXPECT_FALSE(kept().empty());
}

TEST_F(LateVisionTest, ADamagedTextPartIsAWarningAndPackedAnew) {
  damage(false);
  const auto second = start();
  ASSERT_FALSE(second->warnings().empty());
  EXPECT_NE(second->warnings().back().find(kept().string()), std::string::npos) << second->warnings().back();
  EXPECT_EQ(embed_text(*second), embed_text(*first_));
  EXPECT_EQ(encode(*second), features_);
  EXPECT_EQ(embed_text(*start()), embed_text(*first_));
}

}  // namespace
}  // namespace blip::test
