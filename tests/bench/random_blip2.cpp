#include "tests/bench/random_blip2.h"

#include <cmath>
#include <cstdint>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <stdexcept>
#include <vector>

#include "core/base/half_float.h"
#include "core/checkpoint/blip2_key_map.h"
#include "core/checkpoint/layout.h"

namespace blip::bench {
namespace {

using nlohmann::json;

struct Published {
  json config;
  Layout layout;
  ModelConfig sizes;
};

json vision_and_qformer(const VisionConfig& vision, const QFormerConfig& qformer) {
  return {{"model_type", "blip-2"},
          {"architectures", {"Blip2ForConditionalGeneration"}},
          {"num_query_tokens", qformer.queries},
          {"vision_config",
           {{"hidden_size", vision.width},
            {"intermediate_size", vision.mlp_width},
            {"num_hidden_layers", vision.depth},
            {"num_attention_heads", vision.heads},
            {"image_size", vision.image_size},
            {"patch_size", vision.patch_size},
            {"hidden_act", "gelu"},
            {"layer_norm_eps", 1e-6}}},
          {"qformer_config",
           {{"hidden_size", qformer.width},
            {"intermediate_size", qformer.ffn_width},
            {"num_hidden_layers", qformer.depth},
            {"num_attention_heads", qformer.heads},
            {"cross_attention_frequency", qformer.cross_frequency},
            {"encoder_hidden_size", qformer.cross_width},
            {"vocab_size", 30522},
            {"layer_norm_eps", 1e-12}}}};
}

Published published(const std::string& which) {
  const bool tiny = which == "tiny-opt";
  Published model;
  VisionConfig& vision = model.sizes.vision;
  vision.width = tiny ? 176 : 1408;
  vision.depth = tiny ? 2 : 39;
  vision.heads = tiny ? 2 : 16;
  vision.mlp_width = tiny ? 300 : 6144;
  vision.image_size = 224;
  vision.patch_size = 14;
  Blip2Config& blip2 = model.sizes.blip2.emplace();
  blip2.qformer = {.queries = 32,
                   .width = tiny ? 96 : 768,
                   .depth = tiny ? 2 : 12,
                   .heads = 12,
                   .ffn_width = tiny ? 200 : 3072,
                   .cross_width = vision.width};
  model.config = vision_and_qformer(vision, blip2.qformer);
  LanguageModelConfig& language = blip2.language;
  if (which == "flan-t5-xl") {
    model.layout = Layout::kBlip2T5;
    language.kind = LanguageModelKind::kT5;
    language.vocab_size = 32128;
    language.width = 2048;
    language.depth = language.decoder_depth = 24;
    language.heads = 32;
    language.head_width = 64;
    language.ffn_width = 5120;
    language.gated = true;
    language.position_buckets = 32;
    language.tied_head = false;
    model.config["use_decoder_only_language_model"] = false;
    model.config["text_config"] = {
        {"model_type", "t5"},          {"vocab_size", language.vocab_size},
        {"d_model", language.width},   {"num_layers", language.depth},
        {"num_heads", language.heads}, {"d_kv", language.head_width},
        {"d_ff", language.ffn_width},  {"feed_forward_proj", "gated-gelu"},
        {"dense_act_fn", "gelu"},      {"relative_attention_num_buckets", language.position_buckets},
        {"tie_word_embeddings", false}};
    return model;
  }
  if (which != "opt-2.7b" && !tiny)
    throw std::invalid_argument("no model '" + which + "'; there are opt-2.7b, flan-t5-xl, tiny-opt");
  model.layout = Layout::kBlip2Opt;
  language.vocab_size = tiny ? 448 : 50304;
  language.width = tiny ? 160 : 2560;
  language.depth = tiny ? 2 : 32;
  language.heads = tiny ? 2 : 32;
  language.head_width = 80;
  language.ffn_width = 4 * language.width;
  language.max_positions = 2048;
  model.config["use_decoder_only_language_model"] = true;
  model.config["text_config"] = {{"model_type", "opt"},
                                 {"vocab_size", language.vocab_size},
                                 {"hidden_size", language.width},
                                 {"word_embed_proj_dim", language.width},
                                 {"num_hidden_layers", language.depth},
                                 {"num_attention_heads", language.heads},
                                 {"ffn_dim", language.ffn_width},
                                 {"max_position_embeddings", language.max_positions},
                                 {"activation_function", "relu"},
                                 {"do_layer_norm_before", true},
                                 {"eos_token_id", tiny ? 202 : 50118}};
  return model;
}

// A matrix's rows keep the size of what they read.
void write_values(std::ofstream& out, const std::vector<std::int64_t>& shape, const std::string& name,
                  std::mt19937& generator) {
  constexpr std::size_t kBlock = 1 << 16;
  std::size_t count = 1;
  for (const std::int64_t size : shape) count *= static_cast<std::size_t>(size);
  const std::size_t fan_in = shape.empty() ? 1 : count / static_cast<std::size_t>(shape.front());
  const float scale = shape.size() < 2 ? 0.1f : 1.7f / std::sqrt(static_cast<float>(fan_in));
  const float centre = shape.size() == 1 && name.ends_with("weight") ? 1.f : 0.f;
  std::uniform_real_distribution<float> spread(-1.f, 1.f);
  std::vector<std::uint16_t> block(std::min(count, kBlock));
  for (auto& value : block) value = float_to_half(centre + scale * spread(generator));
  for (std::size_t written = 0; written < count;) {  // the same values from another place on each time
    const std::size_t from = written == 0 ? 0 : generator() % block.size();
    const std::size_t some = std::min(block.size() - from, count - written);
    out.write(reinterpret_cast<const char*>(block.data() + from), static_cast<std::streamsize>(2 * some));
    written += some;
  }
}

}  // namespace

void write_random_blip2(const std::filesystem::path& folder, const std::string& which) {
  const Published model = published(which);
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "config.json") << model.config.dump(2);
  const TensorShapes shapes = expected_tensors(model.layout, model.sizes);
  json header = json::object();
  std::uint64_t offset = 0;
  for (const auto& [name, shape] : shapes) {
    std::uint64_t bytes = 2;
    for (const std::int64_t size : shape) bytes *= static_cast<std::uint64_t>(size);
    header[hugging_face_name_of_blip2(name)] = {
        {"dtype", "F16"}, {"shape", shape}, {"data_offsets", {offset, offset + bytes}}};
    offset += bytes;
  }
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');
  std::ofstream out(folder / "model.safetensors", std::ios::binary);
  const auto size = static_cast<std::uint64_t>(text.size());
  out.write(reinterpret_cast<const char*>(&size), sizeof size);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  std::mt19937 generator(1);
  for (const auto& [name, shape] : shapes) write_values(out, shape, name, generator);
  if (!out.flush()) throw std::runtime_error("cannot write '" + (folder / "model.safetensors").string() + "'");
}

}  // namespace blip::bench
