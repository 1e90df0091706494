#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace blip {

// Bytes that stay alive and unchanged as long as `owner` does.
struct ByteView {
  const std::uint8_t* data = nullptr;
  std::size_t size = 0;  // bytes
  std::shared_ptr<const void> owner;
};

// A view of `size` bytes from `offset`, which shares the owner. The caller has checked offset + size <= bytes.size.
inline ByteView slice(const ByteView& bytes, std::size_t offset, std::size_t size) {
  return {bytes.data + offset, size, bytes.owner};
}

// Writable bytes on a 64-byte boundary, zero-filled; throws std::bad_alloc.
std::shared_ptr<std::uint8_t> allocate_aligned(std::size_t size);

// The same bytes at an address that is a multiple of `alignment` (a power of two, at most 64): a copy only where
// needed.
ByteView aligned(const ByteView& bytes, std::size_t alignment);

}  // namespace blip
