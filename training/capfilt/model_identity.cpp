#include "training/capfilt/model_identity.h"

#include <cstdint>
#include <cstdio>

#include "core/checkpoint/crc32.h"

namespace blip {
namespace {

std::uint32_t add_bytes(const TensorView& view, std::uint32_t crc) {
  constexpr std::size_t kWhole = 256 << 10, kBlock = 4 << 10, kBlocks = 64;
  const auto* bytes = static_cast<const std::uint8_t*>(view.data);
  const std::size_t size = view.byte_count();
  if (size <= kWhole) return size > 0 ? crc32(bytes, size, crc) : crc;
  for (std::size_t i = 0; i < kBlocks; ++i) crc = crc32(bytes + (size - kBlock) * i / (kBlocks - 1), kBlock, crc);
  return crc;
}

}  // namespace

std::string model_identity(const Checkpoint& checkpoint) {
  std::uint32_t crc = 0;
  const auto add_text = [&](const std::string& text) { crc = crc32(text.data(), text.size(), crc); };
  add_text(std::string(layout_name(checkpoint.layout)));
  for (const auto& [name, view] : checkpoint.tensors) {
    std::string header = name + ' ' + std::to_string(static_cast<int>(view.dtype));
    for (const std::int64_t size : view.shape) header += ' ' + std::to_string(size);
    add_text(header);
    crc = add_bytes(view, crc);
  }
  char hex[16];
  std::snprintf(hex, sizeof hex, "%08x", crc);
  return hex;
}

}  // namespace blip
