#pragma once

#include <cstdint>

namespace blip {

// Sizes of BLIP-2's parts (arXiv 2301.12597), read from a checkpoint's config and tensors; 0 = not there.

// The Q-Former: learned queries that read the picture, and a BERT that shares their self-attention.
struct QFormerConfig {
  std::int64_t queries = 0;  // Q, learned vectors
  std::int64_t width = 0;    // D
  std::int64_t depth = 0;    // layers
  std::int64_t heads = 0;
  std::int64_t ffn_width = 0;
  std::int64_t cross_frequency = 2;  // cross-attention in the layers 0, f, 2f, …
  std::int64_t cross_width = 0;      // of what it reads: V
  std::int64_t vocab_size = 0;       // rows of the word embeddings, [DEC] included; 0 = reads no text
  std::int64_t max_positions = 0;    // of texts; queries have none
  bool lm_head = false;              // writes captions itself (stage 1)
  double layer_norm_eps = 1e-12;
};

enum class LanguageModelKind { kOpt, kT5 };

enum class Activation { kRelu, kGelu, kGeluTanh, kQuickGelu };  // kGelu: exact; kQuickGelu: x * sigmoid(1.702 x)

// The frozen language model. OPT (arXiv 2205.01068): a decoder, LayerNorm before the blocks, learned positions. T5
// (arXiv 1910.10683, 1.1): encoder and decoder, RMS norm, relative position bias, gated feed-forward.
struct LanguageModelConfig {
  LanguageModelKind kind = LanguageModelKind::kOpt;
  std::int64_t vocab_size = 0;     // rows of the embeddings, which may be more than the tokenizer has
  std::int64_t width = 0;          // L
  std::int64_t depth = 0;          // OPT: layers; T5: of the encoder
  std::int64_t decoder_depth = 0;  // T5
  std::int64_t heads = 0;
  std::int64_t head_width = 0;  // T5: d_kv; OPT: width / heads
  std::int64_t ffn_width = 0;
  std::int64_t max_positions = 0;  // OPT: rows of the position table less its offset of 2; T5: 0, no limit
  Activation activation = Activation::kRelu;
  bool gated = false;                 // T5: wi_0, wi_1
  std::int64_t position_buckets = 0;  // T5
  std::int64_t max_distance = 0;      // T5
  bool tied_head = true;              // the head is the embedding table; T5 then scales by width^-0.5
  double layer_norm_eps = 1e-5;       // T5: 1e-6
  std::int64_t end_token = 0;         // ends a text: OPT the id of "\n", T5 "</s>"
  std::int64_t start_token = 0;       // OPT "</s>", in front of every text; T5 what the decoder starts with
  std::int64_t pad_token = 0;
};

struct Blip2Config {
  QFormerConfig qformer;
  LanguageModelConfig language;   // width 0: there is none
  std::int64_t image_token = -1;  // transformers' placeholder id; -1 = unknown
};

}  // namespace blip
