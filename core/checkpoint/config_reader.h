#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/checkpoint/language_config_reader.h"
#include "core/checkpoint/model_config.h"

namespace blip {

enum class DeclaredFamily { kUnsaid, kBlip, kBlip2 };  // "model_type"

// What a config.json in Hugging Face's layout says about sizes; a field that is absent or null is empty. `source` is
// the file's name, or empty where there is no config.
struct DeclaredConfig {
  struct Vision {
    std::optional<std::int64_t> width, depth, heads, mlp_width, image_size, patch_size;
    std::optional<double> layer_norm_eps;
    // BLIP-2. The last two are this project's own fields, which transformers passes over: "last_layer_norm_eps" of the
    // LayerNorm behind the blocks, "pre_layernorm" of CLIP.
    std::optional<Activation> activation;
    std::optional<double> last_norm_eps;
    std::optional<bool> pre_norm;
  };
  struct Text {
    std::optional<std::int64_t> vocab_size, width, depth, heads, ffn_width, max_positions, cross_width;
    std::optional<double> layer_norm_eps;
  };
  struct QFormer {
    std::optional<std::int64_t> queries, width, depth, heads, ffn_width, cross_frequency, cross_width, vocab_size,
        max_positions;
    std::optional<double> layer_norm_eps;
  };
  DeclaredFamily family = DeclaredFamily::kUnsaid;
  std::string architecture;  // the first of "architectures"
  Vision vision;
  Text text;
  QFormer qformer;
  std::optional<DeclaredLanguage> language;  // text_config of BLIP-2's generating model
  std::optional<std::int64_t> embed_width, image_token;
  std::string source;
};

// Strictly typed: throws Error(kInvalidData) naming `source`, the field, its value and what would be right. Fields that
// no size depends on are not looked at.
DeclaredConfig parse_config(std::string_view json, const std::string& source);

DeclaredConfig read_config_file(const std::filesystem::path& path);

}  // namespace blip
