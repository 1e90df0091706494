#include "core/checkpoint/layout.h"

#include "tests/core/checkpoint/checkpoint_support.h"

namespace blip {
namespace {

using test::error_of;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::array<Layout, 5> kLayouts{Layout::kCaptioner, Layout::kVqa, Layout::kMatcher, Layout::kNlvr,
                                         Layout::kPretrain};

std::string error(const TensorMap& tensors, const TensorShapes& expected) {
  return error_of([&] { check_tensors(tensors, expected, "x.pth"); });
}

TEST(Layout, IsRecognisedByItsModules) {
  for (const Layout layout : kLayouts) {
    EXPECT_EQ(detect_layout(test::small_model(layout), "x.pth"), layout) << layout_name(layout);
  }
}

TEST(Layout, SaysWhatWasFoundInsteadOfAModel) {
  const TensorMap classifier{{"conv1.weight", test::tensor_of({1}, {1})}, {"fc.bias", test::tensor_of({1}, {1})}};
  EXPECT_THAT(error_of([&] { detect_layout(classifier, "x.pth"); }),
              HasSubstr("found 'conv1', 'fc', expected visual_encoder"));
  EXPECT_THAT(error_of([] { detect_layout({}, "x.pth"); }), HasSubstr("found no tensors"));
  TensorMap features = test::small_model(Layout::kMatcher);
  for (const char* name : {"itm_head.weight", "itm_head.bias"}) features.erase(name);
  EXPECT_THAT(error_of([&] { detect_layout(features, "x.pth"); }), HasSubstr("holds no BLIP model"));
}

// Counted by hand from the original's modules: a ViT has 4 + 12 per block + 2, a text tower 4 + 26 per layer, the LM
// head 7.
TEST(Layout, ExpectsEveryTensorOfTheOriginalClasses) {
  const std::size_t vit = 4 + 2 * 12 + 2, text = 4 + 2 * 26, head = 7;
  const auto count = [](Layout layout) { return expected_tensors(layout, test::small_config(layout)).size(); };
  EXPECT_EQ(count(Layout::kCaptioner), vit + text + head);
  EXPECT_EQ(count(Layout::kVqa), vit + 2 * text + head);
  EXPECT_EQ(count(Layout::kMatcher), vit + text + 4 + 2);
  EXPECT_EQ(count(Layout::kPretrain), vit + 2 * text + head + 4 + 2);
  EXPECT_EQ(count(Layout::kNlvr),
            vit + text + 16 + 4);  // 8 more in each of 2 layers: a second self (6) and dense (2)
}

TEST(Layout, NlvrMergesTheTwoImagesFromTheSeventhLayerOn) {
  ModelConfig config = test::small_config(Layout::kNlvr);
  config.text.depth = 8;
  const TensorShapes shapes = expected_tensors(Layout::kNlvr, config);
  const std::string name = "text_encoder.encoder.layer.6.crossattention.output.merge_layer.weight";
  ASSERT_TRUE(shapes.contains(name));
  EXPECT_EQ(shapes.at(name), (std::vector<std::int64_t>{config.text.width, 2 * config.text.width}));
  EXPECT_FALSE(shapes.contains("text_encoder.encoder.layer.5.crossattention.output.merge_layer.weight"));
}

TEST(Layout, TheQuestionDecoderReadsTextInsteadOfImages) {
  const ModelConfig config = test::small_config(Layout::kVqa);
  const TensorShapes shapes = expected_tensors(Layout::kVqa, config);
  EXPECT_EQ(shapes.at("text_encoder.encoder.layer.0.crossattention.self.key.weight").back(), config.vision.width);
  EXPECT_EQ(shapes.at("text_decoder.bert.encoder.layer.0.crossattention.self.key.weight").back(), config.text.width);
}

TEST(TrainingState, IsAnExplicitList) {
  for (const char* name : {"temp", "image_queue", "text_queue", "queue_ptr", "ptr_queue", "idx_queue", "logit_scale",
                           "visual_encoder_m.cls_token", "text_encoder_m.embeddings.LayerNorm.bias",
                           "vision_proj_m.weight", "text_proj_m.bias", "text_decoder.bert.embeddings.position_ids"}) {
    EXPECT_TRUE(is_training_state(name)) << name;
  }
  for (const char* name : {"temperature", "image_queue2", "visual_encoder.cls_token", "text_decoder_m.bert.x",
                           "itm_head_m.weight", "position_ids_extra", ""}) {
    EXPECT_FALSE(is_training_state(name)) << name;
  }
}

TEST(CheckTensors, AcceptsTheModelWithItsTrainingState) {
  for (const Layout layout : kLayouts) {
    TensorMap tensors = test::small_model(layout);
    tensors.emplace("temp", test::tensor_of({1}, {}));
    EXPECT_NO_THROW(check_tensors(tensors, expected_tensors(layout, test::small_config(layout)), "x.pth"));
  }
}

TEST(CheckTensors, CountsAndNamesWhatIsMissingUnexpectedAndMisshaped) {
  const Layout layout = Layout::kMatcher;
  const TensorShapes expected = expected_tensors(layout, test::small_config(layout));
  TensorMap tensors = test::small_model(layout);
  tensors.erase("itm_head.bias");
  tensors.emplace("itm_head.extra", test::tensor_of({1}, {1}));
  tensors["vision_proj.weight"] = test::tensor_of({1, 2}, {1, 2});
  tensors["vision_proj.bias"].dtype = DType::kInt32;
  const std::string message = error(tensors, expected);
  EXPECT_THAT(message, HasSubstr("'x.pth'"));
  EXPECT_THAT(message, HasSubstr("1 missing: itm_head.bias"));
  EXPECT_THAT(message, HasSubstr("1 unexpected: 'itm_head.extra'"));
  EXPECT_THAT(message, HasSubstr("1 of another shape: vision_proj.weight (found [1, 2], expected [3, 6])"));
  EXPECT_THAT(message, HasSubstr("vision_proj.bias (int32)"));
}

TEST(CheckTensors, ListsTenNamesAtMost) {
  const Layout layout = Layout::kCaptioner;
  TensorMap tensors = test::small_model(layout);
  const std::size_t before = tensors.size();
  std::erase_if(tensors, [](const auto& item) { return item.first.starts_with("visual_encoder.blocks."); });
  const std::string message = error(tensors, expected_tensors(layout, test::small_config(layout)));
  EXPECT_THAT(message, HasSubstr(std::to_string(before - tensors.size()) +
                                 " missing: visual_encoder.blocks.0.attn.proj.bias, "));
  EXPECT_THAT(message, HasSubstr("(" + std::to_string(before - tensors.size() - 10) + " more)"));
  EXPECT_THAT(message, Not(HasSubstr("blocks.1.norm2")));
}

}  // namespace
}  // namespace blip
