#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/checkpoint/blip2_config.h"

namespace blip {

// Sizes of a BLIP (arXiv 2201.12086) or BLIP-2 model, read from a checkpoint's config and tensors; 0 = not there.
struct VisionConfig {
  std::int64_t width = 0;  // V
  std::int64_t depth = 0;  // ViT blocks
  std::int64_t heads = 0;
  std::int64_t mlp_width = 0;
  std::int64_t image_size = 0;  // pixels, square
  std::int64_t patch_size = 0;  // pixels, square
  double layer_norm_eps = 1e-6;
  double last_norm_eps = 0;  // of the LayerNorm behind the blocks ("ln_vision"); 0 = layer_norm_eps
  bool pre_norm = false;     // CLIP: a LayerNorm in front of the blocks, "norm_pre"
  Activation activation = Activation::kGelu;

  std::int64_t grid() const { return patch_size > 0 ? image_size / patch_size : 0; }
  std::int64_t tokens() const { return grid() * grid() + 1; }  // N, [CLS] included
};

struct TextConfig {
  std::int64_t vocab_size = 0;  // rows of the word embeddings, [DEC] and [ENC] included
  std::int64_t width = 0;       // D
  std::int64_t depth = 0;       // MED layers
  std::int64_t heads = 0;
  std::int64_t ffn_width = 0;
  std::int64_t max_positions = 0;
  double layer_norm_eps = 1e-12;
};

struct ModelConfig {
  VisionConfig vision;
  TextConfig text;
  std::int64_t embed_width = 0;          // E, the ITC projections; 0 where the layout has none
  std::int64_t encoder_cross_width = 0;  // what the text encoder's cross-attention reads: V
  std::int64_t decoder_cross_width = 0;  // what the text decoder's reads: V, or D in VQA (question states)
  std::optional<Blip2Config> blip2;      // of a BLIP-2 checkpoint, whose `text` is empty
};

// The submodules a checkpoint holds: the classes of the original code, LAVIS for BLIP-2.
enum class Layout {
  kCaptioner,     // BLIP_Decoder: visual_encoder, text_decoder
  kVqa,           // BLIP_VQA: visual_encoder, text_encoder, text_decoder
  kMatcher,       // BLIP_ITM and BLIP_Retrieval: visual_encoder, text_encoder, vision_proj, text_proj, itm_head
  kNlvr,          // BLIP_NLVR: visual_encoder, text_encoder with twin cross-attention, cls_head
  kPretrain,      // BLIP_Pretrain: all of the above but cls_head
  kBlip2Qformer,  // Blip2Qformer, stage 1: visual_encoder, query_tokens, Qformer with text and LM head, vision_proj,
                  // text_proj, itm_head
  kBlip2Matcher,  // Blip2ForImageTextRetrieval: the same without the LM head
  kBlip2Opt,      // Blip2OPT: visual_encoder, query_tokens, Qformer (queries only), language_projection, language_model
  kBlip2T5,       // Blip2T5: the same with T5
};

std::string_view layout_name(
    Layout layout) noexcept;  // "captioner", "vqa", "matcher", "nlvr", "pretrain", "blip2-qformer", …

// What a layout has, and what it can be asked.
struct LayoutParts {
  bool text_encoder = false, text_decoder = false, itc = false, itm = false, nlvr = false;  // BLIP's modules and heads
  bool qformer = false, language_model = false;                                             // BLIP-2's
  bool captions = false, answers = false;
};
LayoutParts layout_parts(Layout layout) noexcept;

}  // namespace blip
