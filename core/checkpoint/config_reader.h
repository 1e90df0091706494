#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace blip {

// What a config.json in Hugging Face's layout says about sizes; a field that is absent or null is empty. `source` is
// the file's name, or empty where there is no config.
struct DeclaredConfig {
  struct Vision {
    std::optional<std::int64_t> width, depth, heads, mlp_width, image_size, patch_size;
    std::optional<double> layer_norm_eps;
  };
  struct Text {
    std::optional<std::int64_t> vocab_size, width, depth, heads, ffn_width, max_positions, cross_width;
    std::optional<double> layer_norm_eps;
  };
  Vision vision;
  Text text;
  std::optional<std::int64_t> embed_width;
  std::string source;
};

// Strictly typed: throws Error(kInvalidData) naming `source`, the field, its value and what would be right. Fields that
// no size depends on are not looked at.
DeclaredConfig parse_config(std::string_view json, const std::string& source);

DeclaredConfig read_config_file(const std::filesystem::path& path);

}  // namespace blip
