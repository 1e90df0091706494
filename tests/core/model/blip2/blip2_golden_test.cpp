// The modules in padded batches, as they are trained, against transformers 5 and LAVIS on tiny random models.
#include <gtest/gtest.h>
#include <torch/nn/functional/loss.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "core/checkpoint/checkpoint.h"
#include "core/model/blip2/blip2.h"
#include "core/model/load_weights.h"
#include "tests/support/golden2_checkpoint.h"
#include "tests/support/safetensors_file.h"
#include "tests/support/torch_fill.h"

namespace blip::test {
namespace {

constexpr double kStates = 5e-5, kLogits = 1e-4, kFeatures = 1e-5, kRelativeLoss = 1e-5;

torch::Tensor floats(const SafetensorsFile& file, const std::string& name) {
  return torch::tensor(file.floats(name)).view(file.shape(name));
}
torch::Tensor ints(const SafetensorsFile& file, const std::string& name) {
  return torch::tensor(file.ints(name)).view(file.shape(name));
}
torch::Tensor mask(const SafetensorsFile& file, const std::string& name) {
  return ints(file, name).to(torch::kBool);
}
// The largest difference where `keep` [B, T] is true, of [B, T, …].
double difference_at(const torch::Tensor& found, const torch::Tensor& expected, const torch::Tensor& keep) {
  EXPECT_GT(keep.sum().item<int64_t>(), 0);
  return (found - expected).abs().index({keep}).max().item<double>();
}

class Blip2ModuleGolden : public testing::Test {
 protected:
  void open(const std::string& folder) {
    CheckpointOptions options;
    options.model = (golden2_dir() / folder).string();
    if (folder == "lavis/stage1") options = lavis_.stage1();
    if (folder == "lavis/stage2-opt") options = lavis_.opt();
    if (folder == "lavis/stage2-t5") options = lavis_.t5();
    checkpoint_ = open_checkpoint(options);
    model_ = Blip2(checkpoint_.config, checkpoint_.layout);
    load_weights(*model_, checkpoint_.tensors, torch::kCPU, torch::kFloat32);
    model_->eval();
    std::ifstream(golden2_dir() / folder / "expected.json") >> json_;
  }
  SafetensorsFile inputs(const std::string& folder) const {
    return SafetensorsFile(golden2_dir() / folder / "inputs.safetensors");
  }
  SafetensorsFile expected(const std::string& folder) const {
    return SafetensorsFile(golden2_dir() / folder / "expected.safetensors");
  }
  torch::Tensor soft_prompts(const torch::Tensor& pixels) {
    const auto states = model_->visual_encoder(pixels);
    return model_->language_projection(model_->qformer->encode_queries(model_->query_tokens, states).states);
  }
  // What stands where `ids` [B, T] have the picture's placeholders, then their text: [B, T, L].
  torch::Tensor embedded(const torch::Tensor& prompts, const torch::Tensor& ids) {
    const auto text = ids.narrow(1, prompts.size(1), ids.size(1) - prompts.size(1));
    return torch::cat({prompts, model_->opt.is_empty() ? model_->t5->embed(text) : model_->opt->embed(text)}, 1);
  }
  void expect_loss(const torch::Tensor& logits, const torch::Tensor& labels) {
    const double loss =
        torch::nn::functional::cross_entropy(logits.flatten(0, 1), labels.flatten(),
                                             torch::nn::functional::CrossEntropyFuncOptions().ignore_index(-100))
            .item<double>();
    const double wanted = json_.at("teacher_loss");
    EXPECT_NEAR(loss, wanted, kRelativeLoss * wanted);
  }

  torch::NoGradGuard no_grad_;
  const LavisGolden lavis_;
  Checkpoint checkpoint_;
  Blip2 model_{nullptr};
  nlohmann::json json_;
};

TEST_F(Blip2ModuleGolden, StatesOfPictureAndQueriesAgree) {
  for (const std::string folder : {"hf-blip2-opt-tiny", "hf-blip2-t5-tiny"}) {
    open(folder);
    const auto in = inputs(folder), out = expected(folder);
    const auto states = model_->visual_encoder(floats(in, "pixel_values"));
    EXPECT_LE(max_difference(states, floats(out, "vision_last_hidden_state")), kStates) << folder;
    // transformers' pooler applies the last norm once more.
    auto norm = std::dynamic_pointer_cast<LayerNormImpl>(model_->visual_encoder->named_modules()["norm"]);
    ASSERT_NE(norm, nullptr);
    EXPECT_LE(max_difference(norm->forward(states.select(1, 0)), floats(out, "vision_pooler_output")), kStates);
    const auto queries = model_->qformer->encode_queries(model_->query_tokens, states).states;
    EXPECT_LE(max_difference(queries, floats(out, "qformer_last_hidden_state")), kStates) << folder;
    EXPECT_LE(max_difference(model_->language_projection(queries), floats(out, "projected_queries")), kStates);
  }
  for (const auto& [folder, pictures] :
       {std::pair{"lavis/stage2-opt", "hf-blip2-opt-tiny"}, std::pair{"lavis/stage2-t5", "hf-blip2-t5-tiny"}}) {
    open(folder);
    const auto in = inputs(pictures), out = expected(folder);
    const auto states = model_->visual_encoder(floats(in, "pixel_values"));
    EXPECT_LE(max_difference(states, floats(out, "image_states")), kStates) << folder;
    const auto queries = model_->qformer->encode_queries(model_->query_tokens, states).states;
    EXPECT_LE(max_difference(queries, floats(out, "qformer_last_hidden_state")), kStates) << folder;
    EXPECT_LE(max_difference(model_->language_projection(queries), floats(out, "projected_queries")), kStates);
  }
}

TEST_F(Blip2ModuleGolden, OptAgreesWithPaddingOnEitherSide) {
  const std::string folder = "hf-blip2-opt-tiny";
  open(folder);
  const auto in = inputs(folder), out = expected(folder);
  const auto prompts = soft_prompts(floats(in, "pixel_values"));
  const auto keep = mask(in, "teacher_attention_mask"), labels = ints(in, "teacher_labels");
  const auto logits = model_->opt->logits(model_->opt->forward(embedded(prompts, ints(in, "teacher_input_ids")), keep));
  EXPECT_LE(difference_at(logits, floats(out, "teacher_logits"), keep), kLogits);
  expect_loss(logits.slice(1, 0, -1), labels.slice(1, 1));

  const auto left =
      model_->opt->forward(embedded(prompts, ints(in, "batch_input_ids")), mask(in, "batch_attention_mask"));
  EXPECT_LE(max_difference(model_->opt->logits(left.select(1, -1)), floats(out, "batch_last_logits")), kLogits);
}

TEST_F(Blip2ModuleGolden, OptAgreesThroughItsCache) {
  const std::string folder = "hf-blip2-opt-tiny";
  open(folder);
  const auto in = inputs(folder), out = expected(folder);
  const auto all = embedded(soft_prompts(floats(in, "pixel_values")), ints(in, "teacher_input_ids"));
  const auto keep = mask(in, "teacher_attention_mask");
  OptCache cache;
  std::vector<torch::Tensor> parts;
  for (int64_t begin = 0; begin < all.size(1); begin += 5) {
    const int64_t length = std::min<int64_t>(5, all.size(1) - begin);
    parts.push_back(model_->opt->forward(all.narrow(1, begin, length), keep.narrow(1, begin, length), &cache));
  }
  EXPECT_LE(difference_at(model_->opt->logits(torch::cat(parts, 1)), floats(out, "teacher_logits"), keep), kLogits);
}

TEST_F(Blip2ModuleGolden, T5AgreesWithPaddingOnEitherSide) {
  const std::string folder = "hf-blip2-t5-tiny";
  open(folder);
  const auto in = inputs(folder), out = expected(folder);
  const auto prompts = soft_prompts(floats(in, "pixel_values"));
  const auto decoded = ints(out, "teacher_decoder_input_ids"), labels = ints(in, "teacher_labels");
  const auto decoder_keep = mask(in, "teacher_decoder_attention_mask");

  const auto keep = mask(in, "attention_mask");
  const auto states = model_->t5->encode(embedded(prompts, ints(in, "input_ids")), keep);
  EXPECT_LE(difference_at(states, floats(out, "encoder_last_hidden_state"), keep), kStates);
  const auto logits =
      model_->t5->logits(model_->t5->decode(decoded, decoder_keep, model_->t5->cross_states(states), keep));
  EXPECT_LE(difference_at(logits, floats(out, "teacher_logits"), labels.ne(-100)), kLogits);
  expect_loss(logits, labels);

  const auto left_keep = mask(in, "left_attention_mask");
  const auto left = model_->t5->encode(embedded(prompts, ints(in, "left_input_ids")), left_keep);
  const auto wanted = floats(out, "teacher_logits_left_padded");
  const auto first =
      model_->t5->decode(decoded, decoder_keep, model_->t5->cross_states(left), left_keep).narrow(1, 0, wanted.size(1));
  EXPECT_LE(difference_at(model_->t5->logits(first), wanted, labels.ne(-100).narrow(1, 0, wanted.size(1))), kLogits);
}

TEST_F(Blip2ModuleGolden, FeaturesOfEveryTokenAgree) {
  const auto unit = [](const torch::Tensor& x) { return x / x.norm(2, -1, /*keepdim=*/true); };
  open("hf-blip2-itm-tiny");
  {
    const auto in = inputs("hf-blip2-itm-tiny"), out = expected("hf-blip2-itm-tiny");
    const auto states = model_->visual_encoder(floats(in, "pixel_values"));
    const auto queries = model_->qformer->encode_queries(model_->query_tokens, states).states;
    EXPECT_LE(max_difference(queries, floats(out, "query_last_hidden_state")), kStates);
    EXPECT_LE(max_difference(unit(model_->vision_proj(queries)), floats(out, "vision_model_image_embeds")), kFeatures);
    const auto keep = mask(in, "attention_mask");
    const auto texts = model_->qformer->encode_text(ints(in, "input_ids"), keep);
    EXPECT_LE(difference_at(texts, floats(out, "text_last_hidden_state"), keep), kStates);
    EXPECT_LE(difference_at(unit(model_->text_proj(texts)), floats(out, "text_model_text_embeds"), keep), kFeatures);
    const auto pairs = floats(out, "multimodal_last_hidden_state");
    const auto ids = ints(in, "input_ids").narrow(0, 0, pairs.size(0));
    const auto some = keep.narrow(0, 0, pairs.size(0));
    const auto found = model_->qformer->encode_pair(model_->query_tokens, ids, some, states);
    const auto seen = torch::cat({torch::ones({some.size(0), queries.size(1)}, torch::kBool), some}, 1);
    EXPECT_LE(difference_at(found, pairs, seen), kStates);
  }
  open("lavis/stage1");
  const auto in = inputs("lavis/stage1"), out = expected("lavis/stage1");
  const auto wanted = floats(out, "image_embeds");
  const auto states = model_->visual_encoder(floats(in, "pixel_values").narrow(0, 0, wanted.size(0)));
  const QueryStates queries = model_->qformer->encode_queries(model_->query_tokens, states);
  EXPECT_LE(max_difference(queries.states, wanted), kStates);
  const auto keep = mask(in, "text_attention_mask");
  const auto texts = model_->qformer->encode_text(ints(in, "text_input_ids"), keep);
  EXPECT_LE(difference_at(unit(model_->text_proj(texts)), floats(out, "text_embeds_proj"), keep), kFeatures);

  const auto captions = floats(out, "caption_logits");
  const auto caption_keep = mask(out, "caption_attention_mask");
  const auto logits = model_->qformer->decode_text(ints(out, "caption_input_ids"), caption_keep, queries.key_values)
                          .narrow(1, 0, captions.size(1));
  EXPECT_LE(difference_at(logits, captions, caption_keep.narrow(1, 0, captions.size(1))), kLogits);
}

}  // namespace
}  // namespace blip::test
