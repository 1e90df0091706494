#pragma once

#include <cstdint>
#include <string_view>

namespace blip {

// CRC-32C (Castagnoli, RFC 3720), and as TFRecord files hold it: turned by 15 bits plus a constant.
std::uint32_t crc32c(std::string_view bytes) noexcept;
std::uint32_t masked_crc32c(std::string_view bytes) noexcept;

}  // namespace blip
