#include "core/checkpoint/weights_id.h"

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "core/checkpoint/mapped_file.h"

namespace blip {
namespace {

// FNV-1a over 8-byte words with a final mix.
class Hash {
 public:
  void add(std::uint64_t word) {
    state_ = (state_ ^ word) * 0x100000001b3U;
    state_ ^= state_ >> 29;
  }

  void add(const std::uint8_t* bytes, std::size_t size) {
    for (; size >= 8; bytes += 8, size -= 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, bytes, 8);
      add(word);
    }
    std::uint64_t rest = 0;
    std::memcpy(&rest, bytes, size);
    add(rest ^ std::uint64_t{size} << 56);
  }

  std::string hex() const {
    std::uint64_t mixed = (state_ ^ state_ >> 32) * 0x9e3779b97f4a7c15U;
    mixed ^= mixed >> 32;
    std::string text(16, '0');
    for (std::size_t i = text.size(); i-- > 0; mixed >>= 4) text[i] = "0123456789abcdef"[mixed & 0xf];
    return text;
  }

 private:
  std::uint64_t state_ = 0xcbf29ce484222325U;
};

void add_bytes(Hash& hash, const TensorView& view) {
  constexpr std::size_t kWhole = 256 << 10, kBlock = 4 << 10, kBlocks = 64;
  const auto* bytes = static_cast<const std::uint8_t*>(view.data);
  const std::size_t size = view.byte_count();
  if (size <= kWhole) {
    if (size > 0) hash.add(bytes, size);
    return;
  }
  for (std::size_t i = 0; i < kBlocks; ++i) hash.add(bytes + (size - kBlock) * i / (kBlocks - 1), kBlock);
}

// Every tensor whose name begins with `prefix`.
void add_tensors(Hash& hash, const TensorMap& tensors, std::string_view prefix) {
  for (auto item = tensors.lower_bound(std::string(prefix)); item != tensors.end() && item->first.starts_with(prefix);
       ++item) {
    const auto& [name, view] = *item;
    hash.add(reinterpret_cast<const std::uint8_t*>(name.data()), name.size());
    hash.add(static_cast<std::uint64_t>(view.dtype));
    for (const std::int64_t size : view.shape) hash.add(static_cast<std::uint64_t>(size));
    add_bytes(hash, view);
    drop_pages(view.owner);  // the system maps many pages around each that is looked at
  }
}

void add_number(Hash& hash, double number) {
  hash.add(std::bit_cast<std::uint64_t>(number));
}

void add_vision(Hash& hash, const VisionConfig& vision) {
  for (const std::int64_t size :
       {vision.width, vision.depth, vision.heads, vision.mlp_width, vision.image_size, vision.patch_size}) {
    hash.add(static_cast<std::uint64_t>(size));
  }
  add_number(hash, vision.layer_norm_eps);
}

// What BLIP's encoder does not have; not hashed there, so that its ids stay what they were.
void add_blip2_vision(Hash& hash, const VisionConfig& vision) {
  add_number(hash, vision.last_norm_eps);
  hash.add(static_cast<std::uint64_t>(vision.activation));
  hash.add(vision.pre_norm ? 1U : 0U);
}

void add_qformer(Hash& hash, const TensorMap& tensors, const QFormerConfig& qformer) {
  hash.add(static_cast<std::uint64_t>(qformer.heads));
  add_number(hash, qformer.layer_norm_eps);
  add_tensors(hash, tensors, "Qformer.bert.");
  add_tensors(hash, tensors, "query_tokens");
}

}  // namespace

std::string weights_id(const TensorMap& tensors, const ModelConfig& config) {
  Hash hash;
  add_vision(hash, config.vision);
  if (config.blip2) add_blip2_vision(hash, config.vision);
  add_tensors(hash, tensors, "visual_encoder.");
  if (config.blip2 && config.blip2->language.width > 0) add_qformer(hash, tensors, config.blip2->qformer);
  return hash.hex();
}

std::string embedder_id(const TensorMap& tensors, const ModelConfig& config, const std::string& weights_id) {
  if (!tensors.contains("vision_proj.weight")) return "";
  Hash hash;
  hash.add(reinterpret_cast<const std::uint8_t*>(weights_id.data()), weights_id.size());
  add_tensors(hash, tensors, "vision_proj.");
  add_tensors(hash, tensors, "text_proj.");
  if (config.blip2) add_qformer(hash, tensors, config.blip2->qformer);
  return hash.hex();
}

}  // namespace blip
