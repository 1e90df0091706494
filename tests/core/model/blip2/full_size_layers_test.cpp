// The first layers of BLIP-2's parts at their published widths against transformers 5. Weights and inputs are made, not
// read: tests/data/full/make_blip2_layers.py says how.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/model/blip2/opt.h"
#include "core/model/blip2/qformer.h"
#include "core/model/blip2/t5.h"
#include "core/model/vit.h"
#include "tests/support/golden.h"
#include "tests/support/safetensors_file.h"

namespace blip::test {
namespace {

constexpr double kStates = 5e-5, kLogits = 1e-4;

// The test program is built without optimisation; these hundreds of millions of numbers are not what it tests.
__attribute__((optimize("O2"))) void make_numbers(const std::string& name, double base, double scale, float* out,
                                                  int64_t count) {
  std::uint64_t hashed = 0xCBF29CE484222325u;
  for (const char c : name) hashed = (hashed ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
  for (int64_t i = 0; i < count; ++i) {
    std::uint64_t z = hashed + static_cast<std::uint64_t>(i + 1) * 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    z = z ^ (z >> 31);
    out[i] = static_cast<float>(base + scale * (static_cast<double>(z >> 40) / 16777216.0 - 0.5));
  }
}

torch::Tensor made(const std::string& name, torch::IntArrayRef shape, double base, double scale) {
  auto tensor = torch::empty(shape);
  make_numbers(name, base, scale, tensor.data_ptr<float>(), tensor.numel());
  return tensor;
}

torch::Tensor input(const std::string& name, torch::IntArrayRef shape) {
  return made(name, shape, 0, 2 * std::sqrt(3.0));
}

torch::Tensor made_weight(const std::string& name, torch::IntArrayRef shape, int64_t head_width) {
  if (shape.size() == 1) return name.ends_with("weight") ? made(name, shape, 1, 0.2) : made(name, shape, 0, 0.2);
  for (const char* table :
       {"cls_token", "pos_embed", "query_tokens", "word_embeddings", "position", "relative", "shared"}) {
    if (name.find(table) != std::string::npos) return made(name, shape, 0, 1);
  }
  double gain = 2 * std::sqrt(3.0 / static_cast<double>(c10::multiply_integers(shape.slice(1))));
  if (name.find("Attention.q.") != std::string::npos) gain /= std::sqrt(static_cast<double>(head_width));
  return made(name, shape, 0, gain);
}

void make_weights(torch::nn::Module& module, const std::string& prefix, int64_t head_width = 1) {
  for (auto& parameter : module.named_parameters())
    parameter.value().set_data(made_weight(prefix + parameter.key(), parameter.value().sizes(), head_width));
  module.eval();
}

torch::Tensor ids(int64_t count, int64_t rows) {
  return ((torch::arange(count) * 7 + 3) % rows).unsqueeze(0);
}

class FullSizeLayersSlow : public testing::Test {
 protected:
  FullSizeLayersSlow() { std::ifstream(dir_ / "blip2-layers.json") >> sizes_; }

  static int64_t size(const nlohmann::json& of, const char* name) { return of.at(name).get<int64_t>(); }
  void expect(const torch::Tensor& found, const std::string& name, double tolerance) {
    const auto expected = expected_.floats(name);
    ASSERT_FALSE(expected.empty());
    const auto values = found.contiguous();
    const auto count = static_cast<std::uint64_t>(values.numel());
    double difference = 0;
    for (std::size_t k = 0; k < expected.size(); ++k) {
      const double d = std::abs(values.data_ptr<float>()[k * 2654435761u % count] - expected[k]);
      difference = d <= difference ? difference : d;  // a NaN is kept
    }
    EXPECT_LE(difference, tolerance) << name;
  }

  const std::filesystem::path dir_ = std::filesystem::path(BLIP_SOURCE_DIR) / "tests/data/full";
  const SafetensorsFile expected_{dir_ / "blip2-layers.safetensors"};
  nlohmann::json sizes_;
  const torch::NoGradGuard no_grad_;
};

TEST_F(FullSizeLayersSlow, VitG) {
  const auto& of = sizes_.at("vision");
  VisionConfig config;
  config.width = size(of, "width");
  config.depth = size(of, "depth");
  config.heads = size(of, "heads");
  config.mlp_width = size(of, "mlp_width");
  config.image_size = size(of, "image_size");
  config.patch_size = size(of, "patch_size");
  Vit vit(config);
  make_weights(*vit, "visual_encoder.");
  expect(vit(input("pixels", {1, 3, config.image_size, config.image_size})), "vision", kStates);
}

TEST_F(FullSizeLayersSlow, QFormer) {
  const auto& of = sizes_.at("qformer");
  QFormerConfig config;
  config.queries = size(of, "queries");
  config.width = size(of, "width");
  config.depth = size(of, "depth");
  config.heads = size(of, "heads");
  config.ffn_width = size(of, "ffn_width");
  config.cross_width = size(of, "cross_width");
  config.vocab_size = size(of, "vocab_size");
  config.max_positions = size(of, "max_positions");
  QFormer qformer(config);
  make_weights(*qformer, "Qformer.");
  const auto queries = made_weight("query_tokens", {1, config.queries, config.width}, 1);
  const auto states = input("image_states", {1, 257, config.cross_width});
  expect(qformer->encode_queries(queries, states).states, "queries", kStates);
  const auto text = ids(size(of, "text"), config.vocab_size);
  expect(qformer->encode_pair(queries, text, torch::ones_like(text, torch::kBool), states), "pair", kStates);
}

TEST_F(FullSizeLayersSlow, Opt27) {
  const auto& of = sizes_.at("opt");
  LanguageModelConfig config;
  config.width = size(of, "width");
  config.depth = size(of, "depth");
  config.heads = size(of, "heads");
  config.ffn_width = size(of, "ffn_width");
  config.max_positions = size(of, "max_positions");
  config.vocab_size = size(of, "vocab_size");
  Opt opt(config);
  make_weights(*opt, "");
  const int64_t tokens = size(of, "tokens");
  const auto states = opt(input("opt_inputs", {1, tokens, config.width}), torch::ones({1, tokens}, torch::kBool));
  expect(states, "opt_states", kStates);
  expect(opt->logits(states), "opt_logits", kLogits);
}

TEST_F(FullSizeLayersSlow, T5Xl) {
  const auto& of = sizes_.at("t5");
  LanguageModelConfig config;
  config.kind = LanguageModelKind::kT5;
  config.width = size(of, "width");
  config.depth = config.decoder_depth = size(of, "depth");
  config.heads = size(of, "heads");
  config.head_width = size(of, "head_width");
  config.ffn_width = size(of, "ffn_width");
  config.position_buckets = size(of, "position_buckets");
  config.max_distance = size(of, "max_distance");
  config.vocab_size = size(of, "vocab_size");
  config.activation = Activation::kGelu;
  config.gated = true;
  config.tied_head = false;
  config.layer_norm_eps = 1e-6;
  T5 t5(config);
  make_weights(*t5, "", config.head_width);
  const auto states = t5->encode(input("t5_inputs", {1, size(of, "tokens"), config.width}), {});
  expect(states, "t5_states", kStates);
  const auto decoded = t5->decode(ids(size(of, "decoded"), config.vocab_size), {}, t5->cross_states(states));
  expect(t5->logits(decoded), "t5_logits", kLogits);
}

}  // namespace
}  // namespace blip::test
