#pragma once

#include <torch/nn/modules/container/modulelist.h>

#include "core/checkpoint/model_config.h"
#include "core/model/layers.h"

namespace blip {

// The image encoder: a Vision Transformer (arXiv 2010.11929), pre-norm, fused q,k,v with bias: BLIP's, and BLIP-2's
// EVA-CLIP ViT-g and CLIP ViT-L. Letters: B images, S image side, N tokens with [CLS], V width, H heads.

class PatchEmbedImpl : public torch::nn::Module {
 public:
  explicit PatchEmbedImpl(const VisionConfig& config);
  torch::Tensor forward(const torch::Tensor& images);  // [B, 3, S, S] float -> [B, N-1, V]

 private:
  int64_t patch_;
  torch::Tensor weight_, bias_;  // "proj": [V, 3, patch, patch], [V]
};
TORCH_MODULE(PatchEmbed);

class VitAttentionImpl : public torch::nn::Module {
 public:
  VitAttentionImpl(int64_t width, int64_t heads);
  torch::Tensor forward(const torch::Tensor& x);  // [B, N, V] -> [B, N, V]

 private:
  int64_t heads_;
  Linear qkv_, proj_;
};
TORCH_MODULE(VitAttention);

class VitMlpImpl : public torch::nn::Module {
 public:
  explicit VitMlpImpl(const VisionConfig& config);
  torch::Tensor forward(const torch::Tensor& x);  // [B, N, V] -> [B, N, V]

 private:
  Linear fc1_, fc2_;
  Activation activation_;
};
TORCH_MODULE(VitMlp);

class VitBlockImpl : public torch::nn::Module {
 public:
  explicit VitBlockImpl(const VisionConfig& config);
  torch::Tensor forward(torch::Tensor x);  // [B, N, V] -> [B, N, V]
  // Stochastic depth (arXiv 1603.09382): share of the images for which a branch is left out, in training mode.
  void set_drop_path(double share) { drop_path_ = share; }

 private:
  torch::Tensor kept(const torch::Tensor& branch);  // [B, N, V]

  double drop_path_ = 0;
  LayerNorm norm1_;
  VitAttention attention_;
  LayerNorm norm2_;
  VitMlp mlp_;
};
TORCH_MODULE(VitBlock);

class VitImpl : public torch::nn::Module {
 public:
  explicit VitImpl(const VisionConfig& config);
  torch::Tensor forward(const torch::Tensor& images);  // [B, 3, S, S] float, normalised -> [B, N, V], token 0 is [CLS]
  // forward() in two: what BLIP-2 freezes, and the LayerNorm that it trains ("ln_vision").
  torch::Tensor blocks(const torch::Tensor& images);                              // [B, 3, S, S] -> [B, N, V]
  torch::Tensor last_norm(const torch::Tensor& states) { return norm_(states); }  // [B, N, V] -> [B, N, V]

  void set_drop_path(double last);  // of the last block; rises evenly from 0 at the first
  // The last `blocks` blocks keep no activations for backward and compute them again.
  void set_checkpointing(int64_t blocks) { checkpointed_ = blocks; }

 private:
  PatchEmbed patch_embed_;
  torch::Tensor cls_token_;      // [1, 1, V]
  torch::Tensor pos_embed_;      // [1, N, V]
  LayerNorm norm_pre_{nullptr};  // empty where there is none
  torch::nn::ModuleList blocks_;
  LayerNorm norm_;
  int64_t checkpointed_ = 0;
};
TORCH_MODULE(Vit);

}  // namespace blip
