#pragma once

#include "core/checkpoint/blip2_config.h"
#include "core/model/med_attention.h"

namespace blip {

// One layer of the Q-Former (arXiv 2301.12597, section 3.1): queries and text share the self-attention; behind it
// queries read the picture, in every cross_frequency-th layer, and have a feed-forward of their own. Letters: B items,
// Q queries, T text tokens, S = Q + T, D width.
class QFormerLayerImpl : public torch::nn::Module {
 public:
  QFormerLayerImpl(const QFormerConfig& config, int64_t number);

  // x [B, S, D], the first `queries` positions are queries, the rest is text; kv of the self-attention; bias added to
  // its scores, undefined = none; cross: keys and values of the picture, batch B or 1, used where the layer has
  // cross-attention. Returns [B, S, D].
  torch::Tensor forward(const torch::Tensor& x, int64_t queries, const KeyValue& kv, const torch::Tensor& bias,
                        const KeyValue* cross);
  torch::Tensor feed_forward(const torch::Tensor& text);  // [B, T, D] -> [B, T, D], of text

  void set_dropout(double share);

  MedAttention attention{nullptr};
  MedAttention crossattention{nullptr};  // empty in layers without

 private:
  struct FeedForward {
    Linear inner{nullptr}, outer{nullptr};
    LayerNorm norm{nullptr};
  };
  FeedForward add_feed_forward(const QFormerConfig& config, const std::string& suffix);
  torch::Tensor run(FeedForward& part, const torch::Tensor& x);

  FeedForward of_queries_, of_text_;
  double dropout_ = 0;
};
TORCH_MODULE(QFormerLayer);

}  // namespace blip
