#include "core/checkpoint/byte_view.h"

#include <cstring>
#include <new>

namespace blip {

std::shared_ptr<std::uint8_t> allocate_aligned(std::size_t size) {
  constexpr auto kAlignment = std::align_val_t{64};
  auto* memory = static_cast<std::uint8_t*>(::operator new(size > 0 ? size : 1, kAlignment));
  std::memset(memory, 0, size);
  return {memory, [](std::uint8_t* p) { ::operator delete(p, kAlignment); }};
}

ByteView aligned(const ByteView& bytes, std::size_t alignment) {
  if (reinterpret_cast<std::uintptr_t>(bytes.data) % alignment == 0) return bytes;
  auto copy = allocate_aligned(bytes.size);
  std::memcpy(copy.get(), bytes.data, bytes.size);
  return {copy.get(), bytes.size, copy};
}

}  // namespace blip
