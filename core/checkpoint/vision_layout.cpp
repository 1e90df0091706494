#include "core/checkpoint/vision_layout.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace blip {
namespace {

constexpr std::string_view kEncoder = "visual_encoder.", kBias = "attn.qkv.bias";

bool is_zero(const TensorView& bias, std::size_t part) {
  const std::size_t size = bias.byte_count() / 3;
  const auto* bytes = static_cast<const unsigned char*>(bias.data) + part * size;
  return std::all_of(bytes, bytes + size, [](unsigned char byte) { return byte == 0; });
}

TensorView third(const TensorView& bias, std::size_t part) {
  TensorView view = bias;
  view.shape[0] /= 3;
  view.data = static_cast<const unsigned char*>(bias.data) + part * view.byte_count();
  return view;
}

constexpr std::size_t kQuery = 0, kKey = 1, kValue = 2;  // parts of a fused bias

bool has_eva_biases(const TensorMap& vision) {
  return !vision.contains("visual_encoder.norm_pre.weight") &&
         std::all_of(vision.begin(), vision.end(),
                     [](const auto& item) { return !item.first.ends_with(kBias) || is_zero(item.second, kKey); });
}

}  // namespace

TensorMap lavis_vision_tensors(const TensorMap& vision) {
  if (!has_eva_biases(vision)) return vision;
  TensorMap eva;
  for (const auto& [name, view] : vision) {
    const std::string bare = name.substr(kEncoder.size());
    if (!bare.ends_with(kBias)) {
      eva.emplace(bare, view);
      continue;
    }
    const std::string attention = bare.substr(0, bare.size() - std::string_view("qkv.bias").size());
    eva.emplace(attention + "q_bias", third(view, kQuery));
    eva.emplace(attention + "v_bias", third(view, kValue));
  }
  return eva;
}

}  // namespace blip
