#include "core/checkpoint/blip2_config_writer.h"

#include <nlohmann/json.hpp>

namespace blip {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& document) {
  return document.dump(2) + "\n";
}

Json vision_config(const VisionConfig& vision) {
  Json json = {{"model_type", "blip_2_vision_model"},
               {"hidden_size", vision.width},
               {"num_hidden_layers", vision.depth},
               {"num_attention_heads", vision.heads},
               {"intermediate_size", vision.mlp_width},
               {"image_size", vision.image_size},
               {"patch_size", vision.patch_size},
               {"hidden_act", vision.activation == Activation::kQuickGelu ? "quick_gelu" : "gelu"},
               {"layer_norm_eps", vision.layer_norm_eps},
               {"attention_dropout", 0.0},
               {"qkv_bias", true}};
  if (vision.last_norm_eps > 0)
    json["last_layer_norm_eps"] = vision.last_norm_eps;
  if (vision.pre_norm) json["pre_layernorm"] = true;
  return json;
}

// A Q-Former without texts has transformers' default vocabulary, which nothing is made of.
Json qformer_config(const QFormerConfig& qformer) {
  constexpr std::int64_t kDefaultVocabulary = 30522, kDefaultPositions = 512;
  const bool reads_text = qformer.vocab_size > 0;
  return {{"model_type", "blip_2_qformer"},
          {"vocab_size", reads_text ? qformer.vocab_size : kDefaultVocabulary},
          {"hidden_size", qformer.width},
          {"num_hidden_layers", qformer.depth},
          {"num_attention_heads", qformer.heads},
          {"intermediate_size", qformer.ffn_width},
          {"hidden_act", "gelu"},
          {"hidden_dropout_prob", 0.1},
          {"attention_probs_dropout_prob", 0.1},
          {"max_position_embeddings", qformer.max_positions > 0 ? qformer.max_positions : kDefaultPositions},
          {"layer_norm_eps", qformer.layer_norm_eps},
          {"pad_token_id", 0},
          {"cross_attention_frequency", qformer.cross_frequency},
          {"encoder_hidden_size", qformer.cross_width},
          {"use_qformer_text_input", reads_text}};
}

Json opt_config(const LanguageModelConfig& opt) {
  return {{"model_type", "opt"},
          {"vocab_size", opt.vocab_size},
          {"hidden_size", opt.width},
          {"num_hidden_layers", opt.depth},
          {"num_attention_heads", opt.heads},
          {"ffn_dim", opt.ffn_width},
          {"max_position_embeddings", opt.max_positions},
          {"word_embed_proj_dim", opt.width},
          {"activation_function", "relu"},
          {"do_layer_norm_before", true},
          {"enable_bias", true},
          {"layer_norm_elementwise_affine", true},
          {"dropout", 0.0},
          {"attention_dropout", 0.0},
          {"bos_token_id", opt.start_token},
          {"eos_token_id", opt.end_token},
          {"pad_token_id", opt.pad_token},
          {"tie_word_embeddings", opt.tied_head},
          {"use_cache", true}};
}

Json t5_config(const LanguageModelConfig& t5) {
  return {{"model_type", "t5"},
          {"vocab_size", t5.vocab_size},
          {"d_model", t5.width},
          {"num_layers", t5.depth},
          {"num_decoder_layers", t5.decoder_depth},
          {"num_heads", t5.heads},
          {"d_kv", t5.head_width},
          {"d_ff", t5.ffn_width},
          {"feed_forward_proj", "gated-gelu"},
          {"dense_act_fn", t5.activation == Activation::kGelu ? "gelu" : "gelu_new"},
          {"is_gated_act", true},
          {"relative_attention_num_buckets", t5.position_buckets},
          {"relative_attention_max_distance", t5.max_distance},
          {"layer_norm_epsilon", t5.layer_norm_eps},
          {"dropout_rate", 0.0},
          {"decoder_start_token_id", t5.start_token},
          {"eos_token_id", t5.end_token},
          {"pad_token_id", t5.pad_token},
          {"tie_word_embeddings", t5.tied_head},
          {"use_cache", true}};
}

Json language_config(const LanguageModelConfig& language) {
  return language.kind == LanguageModelKind::kOpt ? opt_config(language) : t5_config(language);
}

}  // namespace

std::string blip2_config_json(const ConfigFields& fields) {
  const Blip2Config blip2 = fields.model.blip2.value_or(Blip2Config{});
  const bool generates = layout_parts(fields.layout).language_model;
  const bool opt = blip2.language.kind == LanguageModelKind::kOpt;
  Json json = {{"architectures", {generates ? "Blip2ForConditionalGeneration" : "Blip2ForImageTextRetrieval"}},
               {"model_type", "blip-2"},
               {"torch_dtype", fields.dtype},
               {"image_text_hidden_size", fields.model.embed_width > 0 ? fields.model.embed_width : 256},
               {"num_query_tokens", blip2.qformer.queries},
               {"initializer_factor", 1.0},
               {"initializer_range", 0.02},
               {"use_decoder_only_language_model", opt}};
  if (blip2.image_token >= 0) json["image_token_index"] = blip2.image_token;
  if (generates && !opt) json["is_encoder_decoder"] = true;
  json["vision_config"] = vision_config(fields.model.vision);
  json["qformer_config"] = qformer_config(blip2.qformer);
  if (generates) json["text_config"] = language_config(blip2.language);
  return text_of(json);
}

std::string language_config_json(const LanguageModelConfig& language, const std::string& dtype) {
  const bool opt = language.kind == LanguageModelKind::kOpt;
  Json json = language_config(language);
  json["architectures"] = {opt ? "OPTForCausalLM" : "T5ForConditionalGeneration"};
  json["torch_dtype"] = dtype;
  if (opt) json["eos_token_id"] = language.start_token;  // OPT's own; BLIP-2 ends texts with a line
  if (!opt) json["is_encoder_decoder"] = true;
  return text_of(json);
}

std::string generation_config_json(const LanguageModelConfig& language) {
  Json json = {{"eos_token_id", language.end_token}, {"pad_token_id", language.pad_token}, {"use_cache", true}};
  json[language.kind == LanguageModelKind::kOpt ? "bos_token_id" : "decoder_start_token_id"] = language.start_token;
  return text_of(json);
}

std::string blip2_processor_config_json(std::int64_t queries) {
  return text_of({{"processor_class", "Blip2Processor"}, {"num_query_tokens", queries}});
}

}  // namespace blip
