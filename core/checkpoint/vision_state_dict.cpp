#include "core/checkpoint/vision_state_dict.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <string_view>
#include <utility>

#include "core/checkpoint/byte_view.h"
#include "core/checkpoint/key_map.h"
#include "core/checkpoint/message.h"

namespace blip {
namespace {

constexpr std::string_view kEncoder = "visual_encoder.", kBlocks = "blocks.", kResblocks = "transformer.resblocks.";
constexpr std::int64_t kGiantWidth = 1408, kGiantDepth = 39;  // EVA-CLIP ViT-g/14
constexpr std::int64_t kLargeWidth = 1024, kLargeDepth = 23;  // CLIP ViT-L/14

// Names without the module that they stand in.
TensorMap bare_names(const TensorMap& tensors) {
  TensorMap bare;
  for (const auto& [name, view] : tensors) {
    const std::string original = original_name(name);
    if (original.starts_with(kEncoder)) bare.emplace(original.substr(kEncoder.size()), view);
  }
  return bare.empty() ? tensors : bare;
}

// "blocks.3.norm1.bias" -> 3, "norm1.bias"
std::optional<std::pair<std::int64_t, std::string>> numbered(const std::string& name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return std::nullopt;
  std::int64_t number = 0;
  const char* end_of_name = name.data() + name.size();
  const auto [end, error] = std::from_chars(name.data() + prefix.size(), end_of_name, number);
  if (error != std::errc() || number < 0 || end == end_of_name || *end != '.') return std::nullopt;
  return std::pair{number, std::string(end + 1, end_of_name)};
}

std::string clip_block_name(const std::string& inside) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kNames{{
      {"ln_1.", "norm1."},
      {"ln_2.", "norm2."},
      {"attn.in_proj_weight", "attn.qkv.weight"},
      {"attn.in_proj_bias", "attn.qkv.bias"},
      {"attn.out_proj.", "attn.proj."},
      {"mlp.c_fc.", "mlp.fc1."},
      {"mlp.c_proj.", "mlp.fc2."},
  }};
  for (const auto& [clip, blip] : kNames) {
    if (inside.starts_with(clip)) return std::string(blip) + inside.substr(clip.size());
  }
  return inside;
}

std::string clip_name(const std::string& name) {
  if (const auto block = numbered(name, kResblocks))
    return std::string(kBlocks) + std::to_string(block->first) + "." + clip_block_name(block->second);
  if (name == "class_embedding") return "cls_token";
  if (name == "positional_embedding") return "pos_embed";
  if (name == "conv1.weight") return "patch_embed.proj.weight";
  if (name.starts_with("ln_pre.")) return "norm_pre." + name.substr(7);
  return name;
}

// The same values with ones in front of the shape.
void add_dimensions(TensorMap& tensors, const char* name, std::size_t rank) {
  const auto found = tensors.find(name);
  if (found == tensors.end()) return;
  auto& shape = found->second.shape;
  while (shape.size() < rank) shape.insert(shape.begin(), 1);
}

TensorView zeros(DType dtype, std::int64_t length) {
  TensorView view{nullptr, dtype, {length}, nullptr};
  const auto buffer = allocate_aligned(view.byte_count());
  view.data = buffer.get();
  view.owner = buffer;
  return view;
}

TensorMap from_clip(const TensorMap& tensors) {
  TensorMap renamed;
  for (const auto& [name, view] : tensors) renamed.emplace(clip_name(name), view);
  add_dimensions(renamed, "cls_token", 3);
  add_dimensions(renamed, "pos_embed", 3);
  const auto patch = renamed.find("patch_embed.proj.weight");
  if (patch != renamed.end() && patch->second.shape.size() == 4 && patch->second.element_count() > 0)
    renamed.emplace("patch_embed.proj.bias", zeros(patch->second.dtype, patch->second.shape[0]));
  return renamed;
}

// [q_bias; 0; v_bias]
TensorView fused_bias(const TensorView& query, const TensorView& value, const std::string& block,
                      const std::string& source) {
  if (query.shape.size() != 1 || query.shape != value.shape || query.dtype != value.dtype) {
    throw invalid_data(source, "the tensors do not fit: " + block + "attn.q_bias is " + shape_text(query.shape) +
                                   ", attn.v_bias " + shape_text(value.shape) + ", expected one size and one type");
  }
  const std::size_t size = query.byte_count();
  TensorView fused{nullptr, query.dtype, {3 * query.shape[0]}, nullptr};
  const auto buffer = allocate_aligned(fused.byte_count());
  if (size > 0) {
    std::memcpy(buffer.get(), query.data, size);
    std::memcpy(buffer.get() + 2 * size, value.data, size);
  }
  fused.data = buffer.get();
  fused.owner = buffer;
  return fused;
}

void fuse_biases(TensorMap& tensors, const std::string& source) {
  TensorMap fused;
  for (const auto& [name, query] : tensors) {
    const auto block = numbered(name, kBlocks);
    if (!block || block->second != "attn.q_bias") continue;
    const std::string prefix = std::string(kBlocks) + std::to_string(block->first) + ".";
    const auto value = tensors.find(prefix + "attn.v_bias");
    if (value == tensors.end()) continue;
    fused.emplace(prefix + "attn.qkv.bias", fused_bias(query, value->second, prefix, source));
  }
  std::erase_if(tensors, [](const auto& item) {
    return item.first.ends_with(".attn.q_bias") || item.first.ends_with(".attn.v_bias");
  });
  tensors.merge(fused);
}

std::int64_t block_count(const TensorMap& tensors) {
  std::int64_t count = 0;
  for (const auto& [name, view] : tensors) {
    if (const auto block = numbered(name, kBlocks)) count = std::max(count, block->first + 1);
  }
  return count;
}

std::int64_t used_blocks(const TensorMap& tensors, bool goes_on) {
  const std::int64_t count = block_count(tensors);
  const auto token = tensors.find("cls_token");
  const std::int64_t width = token == tensors.end() || token->second.shape.empty() ? 0 : token->second.shape.back();
  if (width == kGiantWidth) return std::min(count, kGiantDepth);
  if (width == kLargeWidth && tensors.contains("norm_pre.weight")) return std::min(count, kLargeDepth);
  return goes_on ? count - 1 : count;
}

bool is_used(const std::string& name, std::int64_t depth) {
  if (const auto block = numbered(name, kBlocks)) return block->first < depth;
  return name == "cls_token" || name == "pos_embed" || name.starts_with("patch_embed.") ||
         name.starts_with("norm_pre.");
}

}  // namespace

VisionStateDict read_vision_state_dict(const TensorMap& tensors, std::optional<std::int64_t> depth,
                                       const std::string& source) {
  TensorMap bare = bare_names(tensors);
  VisionStateDict result;
  result.clip = bare.contains("class_embedding") && bare.contains("positional_embedding");
  if (result.clip) bare = from_clip(bare);
  if (!bare.contains("cls_token") || block_count(bare) == 0) {
    throw invalid_data(source,
                       "holds no image encoder: expected EVA-CLIP's tensors (cls_token, blocks.0.attn.q_bias), "
                       "CLIP's (class_embedding, transformer.resblocks.0.ln_1.weight) or BLIP's "
                       "(visual_encoder.cls_token)");
  }
  const bool eva = bare.contains("blocks.0.attn.q_bias");
  const bool goes_on = (eva && (bare.contains("norm.weight") || bare.contains("head.weight"))) ||
                       (result.clip && bare.contains("ln_post.weight"));
  fuse_biases(bare, source);
  const std::int64_t used = depth.value_or(used_blocks(bare, goes_on));
  for (const auto& [name, view] : bare) {
    if (is_used(name, used)) result.tensors.emplace(std::string(kEncoder) + name, view);
  }
  return result;
}

}  // namespace blip
