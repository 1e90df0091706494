#pragma once

#include <torch/nn/modules/container/modulelist.h>

#include <vector>

#include "core/model/blip2/qformer_layer.h"
#include "core/model/med.h"
#include "core/model/text_decoder.h"

namespace blip {

// What the queries made of a picture.
struct QueryStates {
  torch::Tensor states;              // [B, Q, D]
  std::vector<KeyValue> key_values;  // of every layer's self-attention, [B, H, Q, D/H]: what a caption looks back at
};

// What a text that looks back at queries became.
struct TextStates {
  torch::Tensor states;              // [B, T, D]
  std::vector<KeyValue> key_values;  // of every layer's self-attention, [B, H, Q + T, D/H]: queries, then text
};

// BLIP-2's Q-Former (arXiv 2301.12597, section 3): a BERT whose learned queries read a frozen image encoder. Registered
// names are the checkpoint's behind "Qformer."; the queries ("query_tokens") belong to the whole model. Letters: B
// items, Q queries, T text tokens, N image tokens, D width, V width of the image states.
//
// The three masks of its training: queries and text each alone (encode_queries, encode_text: ITC), all see all
// (encode_pair: ITM), text sees the queries and earlier text (decode_text: ITG).
class QFormerImpl : public torch::nn::Module {
 public:
  explicit QFormerImpl(const QFormerConfig& config);

  // image_states [B, N, V] -> keys and values of every layer's cross-attention, undefined in layers without one: made
  // once a picture.
  CrossStates cross_states(const torch::Tensor& image_states);

  // query_tokens [1, Q, D] or [B, Q, D]; `cross` of cross_states()..
  QueryStates encode_queries(const torch::Tensor& query_tokens, const CrossStates& cross);
  QueryStates encode_queries(const torch::Tensor& query_tokens, const torch::Tensor& image_states) {
    return encode_queries(query_tokens, cross_states(image_states));
  }
  // ids [B, T] int64; keep [B, T] bool, false = padding. Returns [B, T, D].
  torch::Tensor encode_text(const torch::Tensor& ids, const torch::Tensor& keep);
  // cross of batch B, or 1: all texts on one picture. Returns [B, Q + T, D].
  torch::Tensor encode_pair(const torch::Tensor& query_tokens, const torch::Tensor& ids, const torch::Tensor& keep,
                            const CrossStates& cross);
  torch::Tensor encode_pair(const torch::Tensor& query_tokens, const torch::Tensor& ids, const torch::Tensor& keep,
                            const torch::Tensor& image_states) {
    return encode_pair(query_tokens, ids, keep, cross_states(image_states));
  }
  // Text behind queries, each token seeing them and earlier text. ids begin with [DEC]; queries: key_values of
  // encode_queries, batch B or 1.
  TextStates read_text(const torch::Tensor& ids, const torch::Tensor& keep, const std::vector<KeyValue>& queries);
  // The same as teacher-forced captions: logits [B, T, vocabulary].
  torch::Tensor decode_text(const torch::Tensor& ids, const torch::Tensor& keep, const std::vector<KeyValue>& queries);

  torch::Tensor embed_at(const torch::Tensor& ids,
                         const torch::Tensor& places);  // [B, T] -> [B, T, D], as Med::embed_at
  torch::Tensor logits(const torch::Tensor& states);    // [..., D] -> [..., vocabulary], the LM head
  void tie_head();                 // the LM head's last weight is the word embeddings from now on, as when training
  void set_dropout(double share);  // everywhere BERT has it, in training mode

  std::vector<QFormerLayer> layers;

 private:
  torch::Tensor text_embeddings(const torch::Tensor& ids, const torch::Tensor& places);  // before the norm
  torch::Tensor normed(const torch::Tensor& embeddings);

  Embedding word_embeddings_{nullptr}, position_embeddings_{nullptr};  // empty where it reads no text
  LayerNorm norm_{nullptr};
  MedLmHead head_{nullptr};  // empty where it writes none
  double dropout_ = 0;
};
TORCH_MODULE(QFormer);

}  // namespace blip
