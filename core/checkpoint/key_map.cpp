#include "core/checkpoint/key_map.h"

#include <array>
#include <span>

namespace blip {
namespace {

struct Pair {
  std::string_view original, hugging_face;  // both end in '.' where a sub-name follows, both are whole names elsewhere
};

constexpr Pair kBlock{"visual_encoder.blocks.",
                      "vision_model.encoder.layers."};  // followed by the block's number and a dot

constexpr std::array<Pair, 4> kOutsideBlocks{{
    {"visual_encoder.cls_token", "vision_model.embeddings.class_embedding"},
    {"visual_encoder.pos_embed", "vision_model.embeddings.position_embedding"},
    {"visual_encoder.patch_embed.proj.", "vision_model.embeddings.patch_embedding."},
    {"visual_encoder.norm.", "vision_model.post_layernorm."},
}};

constexpr std::array<Pair, 6> kInsideBlock{{
    {"norm1.", "layer_norm1."},
    {"norm2.", "layer_norm2."},
    {"attn.qkv.", "self_attn.qkv."},
    {"attn.proj.", "self_attn.projection."},
    {"mlp.fc1.", "mlp.fc1."},
    {"mlp.fc2.", "mlp.fc2."},
}};

using Side = std::string_view Pair::*;

std::string rename(std::string_view name, std::span<const Pair> table, Side from, Side to) {
  for (const Pair& pair : table) {
    const std::string_view prefix = pair.*from;
    const bool matches = prefix.ends_with('.') ? name.starts_with(prefix) : name == prefix;
    if (matches) return std::string(pair.*to) + std::string(name.substr(prefix.size()));
  }
  return std::string(name);
}

std::string translate(std::string_view name, Side from, Side to) {
  if (!name.starts_with(kBlock.*from)) return rename(name, kOutsideBlocks, from, to);
  const std::string_view rest = name.substr((kBlock.*from).size());
  const std::size_t dot = rest.find('.');
  if (dot == std::string_view::npos) return std::string(name);
  return std::string(kBlock.*to) + std::string(rest.substr(0, dot + 1)) +
         rename(rest.substr(dot + 1), kInsideBlock, from, to);
}

}  // namespace

std::string original_name(std::string_view hugging_face) {
  return translate(hugging_face, &Pair::hugging_face, &Pair::original);
}

std::string hugging_face_name(std::string_view original) {
  return translate(original, &Pair::original, &Pair::hugging_face);
}

}  // namespace blip
