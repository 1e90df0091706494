#include "core/checkpoint/blip2_shapes.h"

namespace blip {
namespace {

constexpr std::int64_t kOptPositionOffset = 2;  // rows in front of OPT's position 0

void add_feed_forward(ShapeList& list, const std::string& layer, const std::string& suffix, const QFormerConfig& q) {
  list.add_linear(layer + "intermediate" + suffix + ".dense", q.ffn_width, q.width);
  list.add_linear(layer + "output" + suffix + ".dense", q.width, q.ffn_width);
  list.add_norm(layer + "output" + suffix + ".LayerNorm", q.width);
}

void add_attention_layer(ShapeList& list, const std::string& prefix, const QFormerConfig& q, std::int64_t key_width) {
  list.add_attention(prefix + "self.", q.width, key_width);
  list.add_linear(prefix + "output.dense", q.width, q.width);
  list.add_norm(prefix + "output.LayerNorm", q.width);
}

void add_qformer(ShapeList& list, const QFormerConfig& q, bool reads_text, bool lm_head) {
  const std::string bert = "Qformer.bert.";
  list.add("query_tokens", {1, q.queries, q.width});
  list.add_norm(bert + "embeddings.LayerNorm", q.width);
  if (reads_text) {
    list.add(bert + "embeddings.word_embeddings.weight", {q.vocab_size, q.width});
    list.add(bert + "embeddings.position_embeddings.weight", {q.max_positions, q.width});
  }
  for (std::int64_t i = 0; i < q.depth; ++i) {
    const std::string layer = bert + "encoder.layer." + std::to_string(i) + ".";
    add_attention_layer(list, layer + "attention.", q, q.width);
    if (i % q.cross_frequency == 0) add_attention_layer(list, layer + "crossattention.", q, q.cross_width);
    add_feed_forward(list, layer, "_query", q);
    if (reads_text) add_feed_forward(list, layer, "", q);
  }
  if (lm_head) list.add_lm_head("Qformer.cls.predictions.", q.vocab_size, q.width);
}

void add_opt(ShapeList& list, const LanguageModelConfig& lm) {
  const std::string decoder = "language_model.model.decoder.";
  list.add(decoder + "embed_tokens.weight", {lm.vocab_size, lm.width});
  list.add(decoder + "embed_positions.weight", {lm.max_positions + kOptPositionOffset, lm.width});
  for (std::int64_t i = 0; i < lm.depth; ++i) {
    const std::string layer = decoder + "layers." + std::to_string(i) + ".";
    for (const char* name : {"q_proj", "k_proj", "v_proj", "out_proj"})
      list.add_linear(layer + "self_attn." + name, lm.width, lm.width);
    list.add_norm(layer + "self_attn_layer_norm", lm.width);
    list.add_linear(layer + "fc1", lm.ffn_width, lm.width);
    list.add_linear(layer + "fc2", lm.width, lm.ffn_width);
    list.add_norm(layer + "final_layer_norm", lm.width);
  }
  list.add_norm(decoder + "final_layer_norm", lm.width);
  if (!lm.tied_head) list.add("language_model.lm_head.weight", {lm.vocab_size, lm.width});
}

// One stack of T5: layer.0 reads itself, the decoder's layer.1 the encoder's states, the last one feeds forward.
void add_t5_stack(ShapeList& list, const std::string& stack, std::int64_t depth, bool is_decoder,
                  const LanguageModelConfig& lm) {
  const std::int64_t inner = lm.heads * lm.head_width;
  const auto add_attention = [&](const std::string& layer, const std::string& name) {
    for (const char* part : {"q", "k", "v"}) list.add(layer + name + "." + part + ".weight", {inner, lm.width});
    list.add(layer + name + ".o.weight", {lm.width, inner});
    list.add(layer + "layer_norm.weight", {lm.width});
  };
  for (std::int64_t i = 0; i < depth; ++i) {
    const std::string block = stack + "block." + std::to_string(i) + ".";
    add_attention(block + "layer.0.", "SelfAttention");
    if (is_decoder) add_attention(block + "layer.1.", "EncDecAttention");
    const std::string last = block + (is_decoder ? "layer.2." : "layer.1.");
    list.add(last + "layer_norm.weight", {lm.width});
    list.add(last + "DenseReluDense.wi_0.weight", {lm.ffn_width, lm.width});
    list.add(last + "DenseReluDense.wi_1.weight", {lm.ffn_width, lm.width});
    list.add(last + "DenseReluDense.wo.weight", {lm.width, lm.ffn_width});
  }
  list.add(stack + "block.0.layer.0.SelfAttention.relative_attention_bias.weight", {lm.position_buckets, lm.heads});
  list.add(stack + "final_layer_norm.weight", {lm.width});
}

void add_t5(ShapeList& list, const LanguageModelConfig& lm) {
  list.add("language_model.shared.weight", {lm.vocab_size, lm.width});
  add_t5_stack(list, "language_model.encoder.", lm.depth, false, lm);
  add_t5_stack(list, "language_model.decoder.", lm.decoder_depth, true, lm);
  if (!lm.tied_head) list.add("language_model.lm_head.weight", {lm.vocab_size, lm.width});
}

}  // namespace

void add_blip2_shapes(ShapeList& list, Layout layout, const ModelConfig& config) {
  const LayoutParts parts = layout_parts(layout);
  const Blip2Config blip2 = config.blip2.value_or(Blip2Config{});
  const QFormerConfig& q = blip2.qformer;
  const LanguageModelConfig& lm = blip2.language;
  add_qformer(list, q, !parts.language_model, layout == Layout::kBlip2Qformer);
  if (parts.itc) {
    list.add_linear("vision_proj", config.embed_width, q.width);
    list.add_linear("text_proj", config.embed_width, q.width);
  }
  if (parts.itm) list.add_linear("itm_head", 2, q.width);
  if (!parts.language_model) return;
  list.add_linear("language_projection", lm.width, q.width);
  if (layout == Layout::kBlip2Opt) add_opt(list, lm);
  if (layout == Layout::kBlip2T5) add_t5(list, lm);
}

}  // namespace blip
