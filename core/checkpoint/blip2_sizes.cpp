#include "core/checkpoint/blip2_sizes.h"

#include "core/checkpoint/message.h"
#include "core/checkpoint/size_reader.h"

namespace blip {
namespace {

constexpr std::int64_t kGiantWidth = 1408, kGiantHeads = 16;  // EVA-CLIP ViT-g/14
constexpr std::int64_t kOptPositionOffset = 2;
constexpr double kT5Epsilon = 1e-6;

const std::string kBert = "Qformer.bert.", kLayers = kBert + "encoder.layer.";

// Layers between two that read the picture.
std::int64_t cross_frequency(const SizeReader& sizes, const DeclaredConfig::QFormer& declared, std::int64_t depth) {
  for (std::int64_t i = 1; i < depth; ++i) {
    if (!sizes.has(kLayers + std::to_string(i) + ".crossattention.self.key.weight")) continue;
    sizes.agree("qformer_config.cross_attention_frequency", declared.cross_frequency, i,
                "the first layer with cross-attention behind layer 0");
    return i;
  }
  return declared.cross_frequency.value_or(depth) >= depth ? depth : *declared.cross_frequency;
}

QFormerConfig resolve_qformer(const SizeReader& sizes, const DeclaredConfig::QFormer& declared, Layout layout,
                              std::int64_t vision_width) {
  const std::string ffn = kLayers + "0.intermediate_query.dense.weight";
  const std::string norm = kBert + "embeddings.LayerNorm.weight";
  QFormerConfig q;
  q.queries = sizes.dimension("query_tokens", 3, 1);
  sizes.agree("num_query_tokens", declared.queries, q.queries, "query_tokens");
  q.width = sizes.dimension(norm, 1, 0);
  sizes.agree("qformer_config.hidden_size", declared.width, q.width, norm);
  q.depth = sizes.depth(kLayers);
  sizes.agree("qformer_config.num_hidden_layers", declared.depth, q.depth, "the count of " + kLayers + "N");
  q.heads = sizes.heads("qformer_config.num_attention_heads", declared.heads, q.width);
  q.ffn_width = sizes.dimension(ffn, 2, 0);
  sizes.agree("qformer_config.intermediate_size", declared.ffn_width, q.ffn_width, ffn);
  q.cross_frequency = cross_frequency(sizes, declared, q.depth);
  q.cross_width = sizes.cross_width(kLayers + "0.crossattention.self.key.weight", "the image encoder", vision_width);
  sizes.agree("qformer_config.encoder_hidden_size", declared.cross_width, q.cross_width,
              kLayers + "0.crossattention.self.key.weight");
  if (!layout_parts(layout).language_model) {
    const std::string words = kBert + "embeddings.word_embeddings.weight",
                      positions = kBert + "embeddings.position_embeddings.weight";
    q.vocab_size = sizes.dimension(words, 2, 0);
    sizes.agree("qformer_config.vocab_size", declared.vocab_size, q.vocab_size, words);
    q.max_positions = sizes.dimension(positions, 2, 0);
    sizes.agree("qformer_config.max_position_embeddings", declared.max_positions, q.max_positions, positions);
  }
  q.lm_head = layout == Layout::kBlip2Qformer;
  if (declared.layer_norm_eps) q.layer_norm_eps = *declared.layer_norm_eps;
  return q;
}

void resolve_opt(const SizeReader& sizes, const DeclaredLanguage& declared, LanguageModelConfig& lm,
                 const std::string& source) {
  const std::string decoder = "language_model.model.decoder.", positions = decoder + "embed_positions.weight",
                    fc1 = decoder + "layers.0.fc1.weight", &prefix = declared.prefix;
  const std::string words = decoder + "embed_tokens.weight";
  lm.vocab_size = sizes.dimension(words, 2, 0);
  lm.width = sizes.dimension(words, 2, 1);
  sizes.agree(prefix + "hidden_size", declared.width, lm.width, words);
  lm.depth = sizes.depth(decoder + "layers.");
  sizes.agree(prefix + "num_hidden_layers", declared.depth, lm.depth, "the count of " + decoder + "layers");
  lm.ffn_width = sizes.dimension(fc1, 2, 0);
  sizes.agree(prefix + "ffn_dim", declared.ffn_width, lm.ffn_width, fc1);
  lm.max_positions = sizes.dimension(positions, 2, 0) - kOptPositionOffset;
  if (lm.max_positions < 1) {
    throw invalid_data(source, "the tensors do not fit: " + positions + " has " +
                                   std::to_string(lm.max_positions + kOptPositionOffset) + " rows, expected 3 or more");
  }
  sizes.agree(prefix + "max_position_embeddings", declared.max_positions, lm.max_positions,
              positions + " without its first " + std::to_string(kOptPositionOffset) + " rows");
  if (!declared.heads) {
    throw invalid_data(source, "nothing says how many attention heads the language model has: expected " + prefix +
                                   "num_attention_heads in " + in_quotes(declared.source));
  }
  lm.heads = sizes.heads(prefix + "num_attention_heads", declared.heads, lm.width);
  lm.head_width = lm.width / lm.heads;
}

void resolve_t5(const SizeReader& sizes, const DeclaredLanguage& declared, LanguageModelConfig& lm,
                const std::string& source) {
  const std::string words = "language_model.shared.weight", encoder = "language_model.encoder.block.",
                    decoder = "language_model.decoder.block.", attention = encoder + "0.layer.0.SelfAttention.",
                    wi = encoder + "0.layer.1.DenseReluDense.wi_0.weight", &prefix = declared.prefix;
  const std::string bias = attention + "relative_attention_bias.weight";
  lm.vocab_size = sizes.dimension(words, 2, 0);
  lm.width = sizes.dimension(words, 2, 1);
  sizes.agree(prefix + "d_model", declared.width, lm.width, words);
  lm.depth = sizes.depth(encoder);
  sizes.agree(prefix + "num_layers", declared.depth, lm.depth, "the count of " + encoder + "N");
  lm.decoder_depth = sizes.depth(decoder);
  sizes.agree(prefix + "num_decoder_layers", declared.decoder_depth, lm.decoder_depth, "the count of " + decoder + "N");
  lm.ffn_width = sizes.dimension(wi, 2, 0);
  sizes.agree(prefix + "d_ff", declared.ffn_width, lm.ffn_width, wi);
  lm.position_buckets = sizes.dimension(bias, 2, 0);
  sizes.agree(prefix + "relative_attention_num_buckets", declared.position_buckets, lm.position_buckets, bias);
  lm.heads = sizes.dimension(bias, 2, 1);
  sizes.agree(prefix + "num_heads", declared.heads, lm.heads, bias);
  const std::int64_t inner = sizes.dimension(attention + "q.weight", 2, 0);
  if (inner % lm.heads != 0) {
    throw invalid_data(source, "the weights contradict each other: " + attention + "q.weight has " +
                                   std::to_string(inner) + " rows, which do not divide by the " +
                                   std::to_string(lm.heads) + " heads of " + bias);
  }
  lm.head_width = inner / lm.heads;
  sizes.agree(prefix + "d_kv", declared.head_width, lm.head_width, attention + "q.weight");
  lm.max_distance = declared.max_distance;
  // Both halves of the buckets hold exact distances, then logarithms up to the largest.
  if (lm.position_buckets < 4 || lm.position_buckets % 2 != 0 || lm.max_distance <= lm.position_buckets / 2) {
    throw invalid_data(source, "relative positions in " + std::to_string(lm.position_buckets) +
                                   " buckets up to a distance of " + std::to_string(lm.max_distance) +
                                   " cannot be: expected an even count from 4 on, and a larger distance");
  }
  lm.layer_norm_eps = declared.layer_norm_eps.value_or(kT5Epsilon);
}

LanguageModelConfig resolve_language(const TensorMap& tensors, const DeclaredConfig& declared, Layout layout,
                                     const std::string& source) {
  if (!declared.language) {
    throw invalid_data(source,
                       "nothing says what its language model is: expected a config.json with text_config, give "
                       "one by --config");
  }
  const DeclaredLanguage& said = *declared.language;
  const SizeReader sizes(tensors, said.source, source);
  LanguageModelConfig lm;
  lm.kind = layout == Layout::kBlip2Opt ? LanguageModelKind::kOpt : LanguageModelKind::kT5;
  if (said.kind != lm.kind) {
    const auto name = [](LanguageModelKind kind) { return kind == LanguageModelKind::kOpt ? "OPT" : "T5"; };
    throw invalid_data(source, "the config and the weights contradict each other: " + in_quotes(said.source) +
                                   " says that the language model is " + name(said.kind) + ", the weights are of " +
                                   name(lm.kind));
  }
  lm.activation = said.activation;
  lm.tied_head = !sizes.has("language_model.lm_head.weight");
  lm.start_token = said.start_token;
  lm.pad_token = said.pad_token;
  lm.end_token = said.end_token.value_or(0);
  if (lm.kind == LanguageModelKind::kOpt) {
    resolve_opt(sizes, said, lm, source);
  } else {
    lm.gated = true;
    resolve_t5(sizes, said, lm, source);
  }
  const std::string words = lm.kind == LanguageModelKind::kOpt ? "language_model.model.decoder.embed_tokens.weight"
                                                               : "language_model.shared.weight";
  sizes.agree(said.prefix + "vocab_size", said.vocab_size, lm.vocab_size, words);
  for (const std::int64_t id : {lm.start_token, lm.pad_token, lm.end_token}) {
    if (id < lm.vocab_size) continue;
    throw invalid_data(source, "token " + std::to_string(id) + " of " + in_quotes(said.source) +
                                   " is outside the language model's " + std::to_string(lm.vocab_size) + " words");
  }
  return lm;
}

// language_projection [L, D] between the Q-Former and the language model.
void check_projection(const SizeReader& sizes, const Blip2Config& blip2, const std::string& source) {
  const std::string name = "language_projection.weight";
  sizes.cross_width(name, "the Q-Former", blip2.qformer.width);
  const std::int64_t out = sizes.dimension(name, 2, 0);
  if (out == blip2.language.width) return;
  throw invalid_data(source,
                     "Q-Former and language model do not belong together: language_projection makes vectors of "
                     "width " +
                         std::to_string(out) + ", but the language model's embeddings have the width " +
                         std::to_string(blip2.language.width));
}

}  // namespace

ResolvedConfig resolve_blip2_config(const TensorMap& tensors, Layout layout, const DeclaredConfig& declared,
                                    const std::string& source) {
  const SizeReader sizes(tensors, declared.source, source);
  const LayoutParts parts = layout_parts(layout);
  ResolvedConfig resolved;
  ModelConfig& config = resolved.config;
  DeclaredConfig::Vision vision = declared.vision;
  if (!vision.heads && sizes.dimension("visual_encoder.cls_token", 3, 2) == kGiantWidth) vision.heads = kGiantHeads;
  config.vision = resolve_vision(sizes, vision, resolved.grid, source);
  config.vision.last_norm_eps = vision.last_norm_eps.value_or(config.vision.layer_norm_eps);
  config.vision.pre_norm = sizes.has("visual_encoder.norm_pre.weight");
  config.vision.activation = vision.activation.value_or(Activation::kGelu);

  Blip2Config& blip2 = config.blip2.emplace();
  blip2.qformer = resolve_qformer(sizes, declared.qformer, layout, config.vision.width);
  blip2.image_token = declared.image_token.value_or(-1);
  if (parts.itc) {
    config.embed_width = sizes.dimension("vision_proj.weight", 2, 0);
    sizes.agree("image_text_hidden_size", declared.embed_width, config.embed_width, "vision_proj.weight");
  }
  if (parts.language_model) {
    blip2.language = resolve_language(tensors, declared, layout, source);
    check_projection(sizes, blip2, source);
  }
  return resolved;
}

}  // namespace blip
