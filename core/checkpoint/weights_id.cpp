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

// Every tensor whose name begins with `prefix`; returns how many.
int add_tensors(Hash& hash, const TensorMap& tensors, std::string_view prefix) {
  int count = 0;
  for (auto item = tensors.lower_bound(std::string(prefix)); item != tensors.end() && item->first.starts_with(prefix);
       ++item, ++count) {
    const auto& [name, view] = *item;
    hash.add(reinterpret_cast<const std::uint8_t*>(name.data()), name.size());
    hash.add(static_cast<std::uint64_t>(view.dtype));
    for (const std::int64_t size : view.shape) hash.add(static_cast<std::uint64_t>(size));
    add_bytes(hash, view);
    drop_pages(view.owner);  // the system maps many pages around each that is looked at
  }
  return count;
}

}  // namespace

std::string weights_id(const TensorMap& tensors, const VisionConfig& config) {
  Hash hash;
  for (const std::int64_t size :
       {config.width, config.depth, config.heads, config.mlp_width, config.image_size, config.patch_size}) {
    hash.add(static_cast<std::uint64_t>(size));
  }
  hash.add(std::bit_cast<std::uint64_t>(config.layer_norm_eps));
  add_tensors(hash, tensors, "visual_encoder.");
  return hash.hex();
}

std::string embedder_id(const TensorMap& tensors, const std::string& weights_id) {
  Hash hash;
  hash.add(reinterpret_cast<const std::uint8_t*>(weights_id.data()), weights_id.size());
  const int found = add_tensors(hash, tensors, "vision_proj.") + add_tensors(hash, tensors, "text_proj.");
  return found == 0 ? "" : hash.hex();
}

}  // namespace blip
