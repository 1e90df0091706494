#pragma once

#include "core/model/med_attention.h"
#include "core/model/med_config.h"

namespace blip {

// One MED layer: self-attention, optional cross-attention to the image, feed-forward, each with residual and post-norm.
// Letters: B texts, T tokens, D width.
class MedLayerImpl : public torch::nn::Module {
 public:
  MedLayerImpl(const MedConfig& config, int64_t number);

  // text [B, T, D]; bias of the self-attention, broadcast to [B, H, T, T]; cross: keys and values of the image, null =
  // unimodal mode; cross_bias of the cross-attention, broadcast to [B, H, T, N], undefined = none.
  torch::Tensor forward(torch::Tensor text, const torch::Tensor& bias, const KeyValue* cross,
                        const torch::Tensor& cross_bias = {});
  // The twin form: first and second are image tokens [B, N, V].
  torch::Tensor forward_pair(torch::Tensor text, const torch::Tensor& bias, const torch::Tensor& first,
                             const torch::Tensor& second);
  torch::Tensor feed_forward(const torch::Tensor& text);  // [B, T, D] -> LN(text + W2 gelu(W1 text))

  void set_dropout(double share);

  MedAttention attention{nullptr};
  MedAttention crossattention{nullptr};             // empty in the twin form
  TwinCrossAttention twin_crossattention{nullptr};  // empty otherwise

 private:
  Linear intermediate_{nullptr}, dense_{nullptr};
  LayerNorm norm_{nullptr};
  double dropout_ = 0;
};
TORCH_MODULE(MedLayer);

}  // namespace blip
