#include "core/checkpoint/config_reader.h"

#include "core/checkpoint/config_section.h"
#include "core/checkpoint/json_text.h"
#include "core/checkpoint/mapped_file.h"
#include "core/checkpoint/message.h"

namespace blip {
namespace {

DeclaredFamily family_of(const ConfigSection& top) {
  const auto name = top.text("model_type");
  if (!name) return DeclaredFamily::kUnsaid;
  if (*name == "blip") return DeclaredFamily::kBlip;
  if (*name == "blip-2") return DeclaredFamily::kBlip2;
  throw top.wrong("model_type", "'blip' or 'blip-2'");
}

DeclaredConfig::Vision vision_of(const ConfigSection& section) {
  return {.width = section.size("hidden_size"),
          .depth = section.size("num_hidden_layers"),
          .heads = section.size("num_attention_heads"),
          .mlp_width = section.size("intermediate_size"),
          .image_size = section.size("image_size"),
          .patch_size = section.size("patch_size"),
          .layer_norm_eps = section.epsilon("layer_norm_eps"),
          .activation = {},
          .last_norm_eps = {},
          .pre_norm = {}};
}

DeclaredConfig::Text text_of(const ConfigSection& section) {
  return {.vocab_size = section.size("vocab_size"),
          .width = section.size("hidden_size"),
          .depth = section.size("num_hidden_layers"),
          .heads = section.size("num_attention_heads"),
          .ffn_width = section.size("intermediate_size"),
          .max_positions = section.size("max_position_embeddings"),
          .cross_width = section.size("encoder_hidden_size"),
          .layer_norm_eps = section.epsilon("layer_norm_eps")};
}

DeclaredConfig::QFormer qformer_of(const ConfigSection& top, const ConfigSection& section) {
  section.expect("hidden_act", "gelu");
  section.expect("position_embedding_type", "absolute");
  return {.queries = top.size("num_query_tokens"),
          .width = section.size("hidden_size"),
          .depth = section.size("num_hidden_layers"),
          .heads = section.size("num_attention_heads"),
          .ffn_width = section.size("intermediate_size"),
          .cross_frequency = section.size("cross_attention_frequency"),
          .cross_width = section.size("encoder_hidden_size"),
          .vocab_size = section.size("vocab_size"),
          .max_positions = section.size("max_position_embeddings"),
          .layer_norm_eps = section.epsilon("layer_norm_eps")};
}

std::optional<Activation> vision_activation(const ConfigSection& section) {
  const auto name = section.text("hidden_act");
  if (!name) return std::nullopt;
  if (*name == "gelu") return Activation::kGelu;
  if (*name == "quick_gelu") return Activation::kQuickGelu;
  throw section.wrong("hidden_act", "'gelu' or 'quick_gelu'");
}

// Retrieval models carry a text_config that nothing stands for.
bool generates(const DeclaredConfig& config) {
  return config.architecture != "Blip2ForImageTextRetrieval";
}

void parse_blip2(const ConfigSection& top, DeclaredConfig& config) {
  const ConfigSection vision = top.child("vision_config");
  config.vision.activation = vision_activation(vision);
  config.vision.last_norm_eps = vision.epsilon("last_layer_norm_eps");
  config.vision.pre_norm = vision.flag("pre_layernorm");
  config.image_token = top.id("image_token_index");
  if (!top.has("text_config") || !generates(config)) return;
  config.language = declared_language(top.child("text_config"), config.source);
  const auto decoder_only = top.flag("use_decoder_only_language_model");
  if (decoder_only && *decoder_only != (config.language->kind == LanguageModelKind::kOpt)) {
    throw top.wrong("use_decoder_only_language_model",
                    *decoder_only ? "false for text_config.model_type 't5'" : "true for text_config.model_type 'opt'");
  }
}

}  // namespace

DeclaredConfig parse_config(std::string_view json, const std::string& source) {
  const nlohmann::json document = parse_json(json, source);
  if (!document.is_object()) throw invalid_data(source, "not a model's config: no JSON object");
  const ConfigSection top(document, "", source);

  DeclaredConfig config;
  config.source = source;
  config.family = family_of(top);
  config.architecture = top.first_text("architectures").value_or("");
  config.embed_width = top.size("image_text_hidden_size");
  config.vision = vision_of(top.child("vision_config"));
  if (config.family != DeclaredFamily::kBlip) config.qformer = qformer_of(top, top.child("qformer_config"));
  if (config.family == DeclaredFamily::kBlip2) {
    parse_blip2(top, config);
  } else {
    top.child("vision_config").expect("hidden_act", "gelu");
    top.child("text_config").expect("hidden_act", "gelu");
    config.text = text_of(top.child("text_config"));
  }
  return config;
}

DeclaredConfig read_config_file(const std::filesystem::path& path) {
  const ByteView bytes = map_file(path);
  return parse_config({reinterpret_cast<const char*>(bytes.data), bytes.size}, path.string());
}

}  // namespace blip
