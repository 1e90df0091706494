#include "core/engine/packed_backend/packed_vit.h"

#include <algorithm>
#include <string>

#include "core/kernels/cpu_isa.h"
#include "core/kernels/parallel.h"
#include "core/kernels/tiled_attention.h"

namespace blip {

PackedVit::PackedVit(WeightStore& weights, const VisionConfig& config, Precision precision)
    : config_(config),
      activation_(after_of(config.activation)),
      bfloat16_attention_(precision != Precision::kFloat32 && cpu_isa() >= CpuIsa::kAvx512Bf16),
      patches_(weights.linear("visual_encoder.patch_embed.proj", precision)),
      cls_(weights.values("visual_encoder.cls_token")),
      positions_(weights.values("visual_encoder.pos_embed")),
      norm_(weights.norm("visual_encoder.norm",
                         config.last_norm_eps > 0 ? config.last_norm_eps : config.layer_norm_eps)) {
  if (config.pre_norm) first_norm_ = weights.norm("visual_encoder.norm_pre", config.layer_norm_eps);
  for (std::int64_t i = 0; i < config.depth; ++i) {
    const std::string name = "visual_encoder.blocks." + std::to_string(i) + '.';
    blocks_.push_back({weights.norm(name + "norm1", config.layer_norm_eps),
                       weights.norm(name + "norm2", config.layer_norm_eps),
                       weights.linear(name + "attn.qkv", precision), weights.linear(name + "attn.proj", precision),
                       weights.linear(name + "mlp.fc1", precision), weights.linear(name + "mlp.fc2", precision)});
  }
}

// Rows [begin, end) of the states: [CLS] or a patch, and its position.
void PackedVit::embed(Workspace& workspace, int slot, const float* pixels, std::int64_t begin, std::int64_t end,
                      float* states) const {
  Arena& arena = workspace.arenas[static_cast<std::size_t>(slot)];
  const Arena::Scope scope(arena);
  const std::int64_t side = config_.image_size, patch = config_.patch_size, grid = config_.grid(),
                     width = config_.width;
  const std::int64_t first = std::max<std::int64_t>(begin, 1);
  if (begin == 0) std::copy(cls_.begin(), cls_.end(), states);
  auto* rows = arena.take<float>((end - first) * patches_->in());
  for (std::int64_t token = first; token < end; ++token) {
    const std::int64_t top = (token - 1) / grid * patch, left = (token - 1) % grid * patch;
    float* to = rows + (token - first) * patches_->in();
    for (std::int64_t line = 0; line < 3 * patch; ++line) {  // channels outside, as the weights have them
      const float* from = pixels + (line / patch * side + top + line % patch) * side + left;
      std::copy_n(from, patch, to + line * patch);
    }
  }
  if (end > first) patches_->run_rows(workspace, slot, rows, end - first, states + first * width);
  float* own = states + begin * width;
  workspace.loops.add(own, positions_.data() + begin * width, (end - begin) * width, own);
  if (first_norm_) first_norm_->run(workspace.loops, own, end - begin, own);
}

void PackedVit::encode(Workspace& workspace, const float* pixels, float* states) const {
  const Arena::Scope scope(workspace.shared);
  const std::int64_t tokens = config_.tokens(), width = config_.width;
  const HeadShape heads{config_.heads, width / config_.heads};
  const MatmulType type = bfloat16_attention_ ? MatmulType::kBFloat16 : MatmulType::kFloat32;
  auto* qkv = workspace.shared.take<std::byte>(tokens * 3 * width * element_bytes(type));
  auto* context = workspace.shared.take<float>(tokens * width);
  const auto part = [&](std::int64_t elements) { return qkv + elements * element_bytes(type); };
  const KeyValues all{type,
                      part(width),
                      part(2 * width),
                      tokens,
                      heads.width,
                      /*key_channel=*/1,
                      /*key_token=*/3 * width,
                      heads.width,
                      /*value_token=*/3 * width};

  const auto attention_input = [&](int slot, const Block& block, std::int64_t begin, std::int64_t end) {
    Arena& arena = workspace.arenas[static_cast<std::size_t>(slot)];
    const Arena::Scope inner(arena);
    auto* normed = arena.take<float>((end - begin) * width);
    block.norm1.run(workspace.loops, states + begin * width, end - begin, normed);
    std::byte* to = part(begin * 3 * width);
    if (bfloat16_attention_) {
      block.qkv->run_rows_bfloat16(workspace, slot, normed, end - begin, reinterpret_cast<BFloat16*>(to));
    } else {
      block.qkv->run_rows(workspace, slot, normed, end - begin, reinterpret_cast<float*>(to));
    }
  };
  const auto after_attention = [&](int slot, const Block& block, std::int64_t begin, std::int64_t end) {
    Arena& arena = workspace.arenas[static_cast<std::size_t>(slot)];
    const Arena::Scope inner(arena);
    float* x = states + begin * width;
    block.proj->run_rows(workspace, slot, context + begin * width, end - begin, x, After::kAdd);
    auto* normed = arena.take<float>((end - begin) * width);
    block.norm2.run(workspace.loops, x, end - begin, normed);
    auto* hidden = arena.take<float>((end - begin) * block.fc1->out());
    block.fc1->run_rows(workspace, slot, normed, end - begin, hidden, activation_);
    block.fc2->run_rows(workspace, slot, hidden, end - begin, x, After::kAdd);
  };

  const std::int64_t panels = panel_count(tokens, workspace.threads);
  const auto over_panels = [&](auto&& body) {
    parallel_for(workspace.threads, panels, [&](std::int64_t panel, int slot) {
      body(slot, panel_begin(tokens, panels, panel), panel_begin(tokens, panels, panel + 1));
    });
  };
  over_panels([&](int slot, std::int64_t begin, std::int64_t end) {
    embed(workspace, slot, pixels, begin, end, states);
    attention_input(slot, blocks_.front(), begin, end);
  });
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    attend_tiled(workspace, heads, qkv, 3 * width, tokens, {&all, 1}, context);
    over_panels([&](int slot, std::int64_t begin, std::int64_t end) {
      after_attention(slot, blocks_[i], begin, end);
      if (i + 1 < blocks_.size()) {
        attention_input(slot, blocks_[i + 1], begin, end);
      } else {
        norm_.run(workspace.loops, states + begin * width, end - begin, states + begin * width);
      }
    });
  }
}

}  // namespace blip
