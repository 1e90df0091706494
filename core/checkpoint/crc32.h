#pragma once

#include <cstddef>
#include <cstdint>

namespace blip {

// The CRC-32 of zip archives (polynomial 0x04c11db7, reflected); `seed` is the result for the bytes before.
std::uint32_t crc32(const void* data, std::size_t size, std::uint32_t seed = 0) noexcept;

}  // namespace blip
