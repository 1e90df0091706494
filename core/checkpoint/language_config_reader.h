#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/checkpoint/blip2_config.h"

namespace blip {

class ConfigSection;

// What a config says about a language model: BLIP-2's text_config, or the config.json of an OPTForCausalLM or
// T5ForConditionalGeneration directory. A field that is absent is empty, or has transformers' default.
struct DeclaredLanguage {
  LanguageModelKind kind = LanguageModelKind::kOpt;
  std::optional<std::int64_t> vocab_size, width, depth, decoder_depth, heads, head_width, ffn_width, max_positions,
      position_buckets;
  std::int64_t max_distance = 128;  // T5
  std::optional<double> layer_norm_eps;
  Activation activation = Activation::kRelu;
  std::optional<bool> tied_head;
  std::optional<std::int64_t> end_token;
  std::int64_t start_token = 0, pad_token = 0;
  std::string source, prefix;  // the file, and "text_config." or ""
};

// Throws Error(kInvalidData) for a value of another kind, Error(kUnsupported) for a model that is not computed here: of
// another family, OPT with LayerNorm behind its blocks or embeddings of another width (opt-350m), T5 without gates.
DeclaredLanguage declared_language(const ConfigSection& section, const std::string& source);

DeclaredLanguage parse_language_config(std::string_view json, const std::string& source);
DeclaredLanguage read_language_config_file(const std::filesystem::path& path);

}  // namespace blip
