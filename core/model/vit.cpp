#include "core/model/vit.h"

#include <cmath>

#include "core/model/activation.h"
#include "core/model/attention.h"
#include "core/model/recompute.h"

namespace blip {
namespace {

// The checkpoint keeps the convolution one level down, as "proj".
class PatchProjectionImpl : public torch::nn::Module {
 public:
  PatchProjectionImpl(int64_t width, int64_t patch)
      : weight(register_parameter("weight", torch::empty({width, 3, patch, patch}))),
        bias(register_parameter("bias", torch::empty({width}))) {}
  torch::Tensor weight, bias;
};

}  // namespace

PatchEmbedImpl::PatchEmbedImpl(const VisionConfig& config) : patch_(config.patch_size) {
  const auto proj = register_module("proj", std::make_shared<PatchProjectionImpl>(config.width, config.patch_size));
  weight_ = proj->weight;
  bias_ = proj->bias;
}

torch::Tensor PatchEmbedImpl::forward(const torch::Tensor& images) {
  const auto patches = torch::conv2d(images, weight_, bias_, /*stride=*/patch_);  // [B, V, S/patch, S/patch]
  return patches.flatten(2).transpose(1, 2);
}

VitAttentionImpl::VitAttentionImpl(int64_t width, int64_t heads)
    : heads_(heads),
      qkv_(register_module("qkv", Linear(width, 3 * width))),
      proj_(register_module("proj", Linear(width, width))) {}

torch::Tensor VitAttentionImpl::forward(const torch::Tensor& x) {
  const auto parts = qkv_(x).chunk(3, /*dim=*/-1);  // 3 x [B, N, V]
  const KeyValue kv{split_heads(parts[1], heads_), split_heads(parts[2], heads_)};
  return proj_(merge_heads(attend(split_heads(parts[0], heads_), kv, /*bias=*/{})));
}

VitMlpImpl::VitMlpImpl(const VisionConfig& config)
    : fc1_(register_module("fc1", Linear(config.width, config.mlp_width))),
      fc2_(register_module("fc2", Linear(config.mlp_width, config.width))),
      activation_(config.activation) {}

torch::Tensor VitMlpImpl::forward(const torch::Tensor& x) {
  return fc2_(activate(fc1_(x), activation_));
}

VitBlockImpl::VitBlockImpl(const VisionConfig& config)
    : norm1_(register_module("norm1", LayerNorm(config.width, config.layer_norm_eps))),
      attention_(register_module("attn", VitAttention(config.width, config.heads))),
      norm2_(register_module("norm2", LayerNorm(config.width, config.layer_norm_eps))),
      mlp_(register_module("mlp", VitMlp(config))) {}

torch::Tensor VitBlockImpl::forward(torch::Tensor x) {
  x = x + kept(attention_(norm1_(x)));
  return x + kept(mlp_(norm2_(x)));
}

torch::Tensor VitBlockImpl::kept(const torch::Tensor& branch) {
  if (!is_training() || drop_path_ == 0) return branch;
  const double keep = 1 - drop_path_;
  const auto mask = torch::empty({branch.size(0), 1, 1}, branch.options()).bernoulli_(keep);  // [B, 1, 1]
  return branch * mask / keep;
}

VitImpl::VitImpl(const VisionConfig& config)
    : patch_embed_(register_module("patch_embed", PatchEmbed(config))),
      cls_token_(register_parameter("cls_token", torch::empty({1, 1, config.width}))),
      pos_embed_(register_parameter("pos_embed", torch::empty({1, config.tokens(), config.width}))),
      blocks_(register_module("blocks", torch::nn::ModuleList())),
      norm_(register_module(
          "norm", LayerNorm(config.width, config.last_norm_eps > 0 ? config.last_norm_eps : config.layer_norm_eps))) {
  if (config.pre_norm) norm_pre_ = register_module("norm_pre", LayerNorm(config.width, config.layer_norm_eps));
  for (int64_t i = 0; i < config.depth; ++i) blocks_->push_back(VitBlock(config));
}

torch::Tensor VitImpl::forward(const torch::Tensor& images) {
  return last_norm(blocks(images));
}

torch::Tensor VitImpl::blocks(const torch::Tensor& images) {
  const auto patches = patch_embed_(images);                                                            // [B, N-1, V]
  auto x = torch::cat({cls_token_.expand({images.size(0), -1, -1}), patches}, /*dim=*/1) + pos_embed_;  // [B, N, V]
  if (!norm_pre_.is_empty()) x = norm_pre_(x);
  const int64_t first_checkpointed = static_cast<int64_t>(blocks_->size()) - checkpointed_;
  for (int64_t i = 0; i < static_cast<int64_t>(blocks_->size()); ++i) {
    auto* block = blocks_[static_cast<size_t>(i)]->as<VitBlock>();
    x = i < first_checkpointed || !is_training()
            ? block->forward(x)
            : recompute([block](const torch::Tensor& input) { return block->forward(input); }, x);
  }
  return x;
}

void VitImpl::set_drop_path(double last) {
  const auto depth = static_cast<int64_t>(blocks_->size());
  for (int64_t i = 0; i < depth; ++i) {
    const double share = depth == 1 ? last : last * static_cast<double>(i) / static_cast<double>(depth - 1);
    blocks_[static_cast<size_t>(i)]->as<VitBlock>()->set_drop_path(share);
  }
}

}  // namespace blip
