#include "core/checkpoint/blip2_key_map.h"

#include <array>
#include <span>

#include "core/checkpoint/key_map.h"

namespace blip {
namespace {

struct Pair {
  std::string_view inside, outside;  // beginnings of names
};

using Side = std::string_view Pair::*;

constexpr std::array<Pair, 6> kHuggingFace{{
    {"Qformer.bert.embeddings.LayerNorm.", "qformer.layernorm."},
    {"Qformer.bert.embeddings.", "embeddings."},
    {"Qformer.cls.", "cls."},
    {"vision_proj.", "vision_projection."},
    {"text_proj.", "text_projection."},
    {"visual_encoder.norm_pre.", "vision_model.pre_layernorm."},
}};

constexpr Pair kLayer{"Qformer.bert.encoder.layer.", "qformer.encoder.layer."};  // followed by its number and a dot

constexpr std::array<Pair, 2> kInsideLayer{{
    {"attention.self.", "attention.attention."},
    {"crossattention.self.", "crossattention.attention."},
}};

constexpr std::array<Pair, 3> kLavisOpt{{
    {"visual_encoder.norm.", "ln_vision."},
    {"language_projection.", "opt_proj."},
    {"language_model.", "opt_model."},
}};

constexpr std::array<Pair, 3> kLavisT5{{
    {"visual_encoder.norm.", "ln_vision."},
    {"language_projection.", "t5_proj."},
    {"language_model.", "t5_model."},
}};

// Empty where no entry fits.
std::string rename(std::string_view name, std::span<const Pair> table, Side from, Side to) {
  for (const Pair& pair : table) {
    if (name.starts_with(pair.*from)) return std::string(pair.*to) + std::string(name.substr((pair.*from).size()));
  }
  return {};
}

std::string or_itself(std::string renamed, std::string_view name) {
  return renamed.empty() ? std::string(name) : renamed;
}

std::string translate_layer(std::string_view name, Side from, Side to) {
  const std::string_view rest = name.substr((kLayer.*from).size());
  const std::size_t dot = rest.find('.');
  if (dot == std::string_view::npos) return std::string(name);
  const std::string_view inside = rest.substr(dot + 1);
  return std::string(kLayer.*to) + std::string(rest.substr(0, dot + 1)) +
         or_itself(rename(inside, kInsideLayer, from, to), inside);
}

}  // namespace

std::string blip2_name_of_hugging_face(std::string_view name) {
  if (name.starts_with(kLayer.outside)) return translate_layer(name, &Pair::outside, &Pair::inside);
  const std::string renamed = rename(name, kHuggingFace, &Pair::outside, &Pair::inside);
  return renamed.empty() ? original_name(name) : renamed;
}

std::string hugging_face_name_of_blip2(std::string_view name) {
  if (name.starts_with(kLayer.inside)) return translate_layer(name, &Pair::inside, &Pair::outside);
  const std::string renamed = rename(name, kHuggingFace, &Pair::inside, &Pair::outside);
  return renamed.empty() ? hugging_face_name(name) : renamed;
}

std::string blip2_name_of_lavis(std::string_view name) {
  const std::string renamed = rename(name, kLavisOpt, &Pair::outside, &Pair::inside);
  return renamed.empty() ? or_itself(rename(name, kLavisT5, &Pair::outside, &Pair::inside), name) : renamed;
}

std::string lavis_name_of_blip2(std::string_view name, LanguageModelKind kind) {
  const std::span<const Pair> table = kind == LanguageModelKind::kOpt ? std::span<const Pair>(kLavisOpt) : kLavisT5;
  return or_itself(rename(name, table, &Pair::inside, &Pair::outside), name);
}

}  // namespace blip
