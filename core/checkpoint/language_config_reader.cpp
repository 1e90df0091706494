#include "core/checkpoint/language_config_reader.h"

#include "core/checkpoint/config_section.h"
#include "core/checkpoint/json_text.h"
#include "core/checkpoint/mapped_file.h"
#include "core/checkpoint/message.h"

namespace blip {
namespace {

Error unsupported(const std::string& source, const std::string& what) {
  return {ErrorKind::kUnsupported, in_quotes(source) + ": " + what};
}

DeclaredLanguage opt_of(const ConfigSection& section, const std::string& source) {
  const auto refuse = [&](const char* key, bool value, bool expected) {
    if (section.flag(key).value_or(expected) != expected) {
      throw unsupported(source, section.prefix() + key + " is " + (value ? "true" : "false") +
                                    ", which is not supported: expected an OPT with a LayerNorm in front of its "
                                    "blocks and biases, like opt-2.7b and opt-6.7b (not opt-350m)");
    }
  };
  refuse("do_layer_norm_before", false, true);
  refuse("_remove_final_layer_norm", true, false);
  refuse("enable_bias", false, true);
  refuse("layer_norm_elementwise_affine", false, true);
  DeclaredLanguage language;
  language.kind = LanguageModelKind::kOpt;
  language.vocab_size = section.size("vocab_size");
  language.width = section.size("hidden_size");
  language.depth = section.size("num_hidden_layers");
  language.heads = section.size("num_attention_heads");
  language.ffn_width = section.size("ffn_dim");
  language.max_positions = section.size("max_position_embeddings");
  const auto embedding = section.size("word_embed_proj_dim");
  if (embedding && language.width && *embedding != *language.width) {
    throw unsupported(source, section.prefix() + "word_embed_proj_dim is " + std::to_string(*embedding) +
                                  " and hidden_size " + std::to_string(*language.width) +
                                  ", which is not supported: expected an OPT whose embeddings are as wide as its "
                                  "layers, like opt-2.7b and opt-6.7b (not opt-350m)");
  }
  section.expect("activation_function", "relu");
  language.activation = Activation::kRelu;
  language.end_token = section.id("eos_token_id");
  language.start_token = section.id("bos_token_id").value_or(2);
  language.pad_token = section.id("pad_token_id").value_or(1);
  return language;
}

// feed_forward_proj "gated-gelu" is the tanh form unless dense_act_fn says which.
Activation t5_activation(const ConfigSection& section) {
  const auto name = section.text("dense_act_fn");
  if (!name || *name == "gelu_new" || *name == "gelu_pytorch_tanh") return Activation::kGeluTanh;
  if (*name == "gelu") return Activation::kGelu;
  throw section.wrong("dense_act_fn", "'gelu' or 'gelu_new'");
}

DeclaredLanguage t5_of(const ConfigSection& section, const std::string& source) {
  const std::string feed_forward = section.text("feed_forward_proj").value_or("relu");
  if (feed_forward != "gated-gelu") {
    throw unsupported(source, section.prefix() + "feed_forward_proj is " + in_quotes(feed_forward) +
                                  ", which is not supported: expected 'gated-gelu' (FlanT5, T5 1.1)");
  }
  DeclaredLanguage language;
  language.kind = LanguageModelKind::kT5;
  language.vocab_size = section.size("vocab_size");
  language.width = section.size("d_model");
  language.depth = section.size("num_layers");
  language.decoder_depth = section.size("num_decoder_layers");
  if (!language.decoder_depth) language.decoder_depth = language.depth;
  language.heads = section.size("num_heads");
  language.head_width = section.size("d_kv");
  language.ffn_width = section.size("d_ff");
  language.position_buckets = section.size("relative_attention_num_buckets");
  language.max_distance = section.size("relative_attention_max_distance").value_or(128);
  language.layer_norm_eps = section.epsilon("layer_norm_epsilon");
  language.activation = t5_activation(section);
  language.end_token = section.id("eos_token_id").value_or(1);
  language.start_token = section.id("decoder_start_token_id").value_or(0);
  language.pad_token = section.id("pad_token_id").value_or(0);
  return language;
}

}  // namespace

DeclaredLanguage declared_language(const ConfigSection& section, const std::string& source) {
  const std::string type = section.text("model_type").value_or("opt");
  if (type != "opt" && type != "t5") {
    throw unsupported(source, section.prefix() + "model_type is " + in_quotes(type) +
                                  ": expected 'opt' or 't5', the language models of BLIP-2");
  }
  DeclaredLanguage language = type == "opt" ? opt_of(section, source) : t5_of(section, source);
  language.tied_head = section.flag("tie_word_embeddings");
  language.source = source;
  language.prefix = section.prefix();
  return language;
}

DeclaredLanguage parse_language_config(std::string_view json, const std::string& source) {
  const nlohmann::json document = parse_json(json, source);
  if (!document.is_object()) throw invalid_data(source, "not a model's config: no JSON object");
  const ConfigSection top(document, "", source);
  if (!top.has("model_type")) {
    throw invalid_data(source, "model_type is missing: expected 'opt' or 't5', the language models of BLIP-2");
  }
  return declared_language(top, source);
}

DeclaredLanguage read_language_config_file(const std::filesystem::path& path) {
  const ByteView bytes = map_file(path);
  return parse_language_config({reinterpret_cast<const char*>(bytes.data), bytes.size}, path.string());
}

}  // namespace blip
