#include "tests/bench/random_checkpoint.h"

#include <cmath>
#include <memory>
#include <random>
#include <string>

#include "core/checkpoint/layout.h"

namespace blip::bench {
namespace {

// Attention that looks somewhere, and does not drown the token it is for: with the same deviation everywhere all
// positions of a random model become alike, and so do its captions of all pictures.
float emphasis(const std::string& name, std::int64_t row, std::int64_t rows) {
  if (name.ends_with("attn.qkv.weight")) return row < 2 * rows / 3 ? 2.f : 1.f;  // queries and keys, then values
  if (name.ends_with("self.query.weight") || name.ends_with("self.key.weight")) return 2.f;
  return name.ends_with("attention.output.dense.weight") ? 0.5f : 1.f;
}

}  // namespace

Checkpoint random_checkpoint(Layout layout, std::int64_t image_size) {
  Checkpoint checkpoint;
  checkpoint.layout = layout;
  checkpoint.path = "random BLIP-base";
  checkpoint.config.vision = {
      .width = 768, .depth = 12, .heads = 12, .mlp_width = 3072, .image_size = image_size, .patch_size = 16};
  checkpoint.config.text = {
      .vocab_size = 30524, .width = 768, .depth = 12, .heads = 12, .ffn_width = 3072, .max_positions = 512};
  checkpoint.config.encoder_cross_width = checkpoint.config.decoder_cross_width = 768;
  checkpoint.config.embed_width = 256;
  std::mt19937 generator(1);
  for (const auto& [name, shape] : expected_tensors(checkpoint.layout, checkpoint.config)) {
    TensorView view{nullptr, DType::kFloat32, shape, nullptr};
    const auto values = std::make_shared<std::vector<float>>(static_cast<std::size_t>(view.element_count()));
    const std::int64_t fan_in = shape.empty() ? 1 : view.element_count() / shape.front();
    std::uniform_real_distribution<float> spread(-1.f, 1.f);
    const float scale = shape.size() < 2 ? 0.1f : 1.7f / std::sqrt(static_cast<float>(fan_in));
    const float centre = shape.size() == 1 && name.ends_with("weight") ? 1.f : 0.f;
    const std::int64_t rows = shape.empty() ? 1 : shape.front();
    auto value = values->begin();
    for (std::int64_t row = 0; row < rows; ++row) {
      const float row_scale = scale * emphasis(name, row, rows);
      for (std::int64_t i = 0; i < fan_in; ++i) *value++ = centre + row_scale * spread(generator);
    }
    view.data = values->data();
    view.owner = values;
    checkpoint.tensors.emplace(name, std::move(view));
  }
  return checkpoint;
}

Checkpoint random_captioner(std::int64_t image_size) {
  return random_checkpoint(Layout::kCaptioner, image_size);
}

}  // namespace blip::bench
