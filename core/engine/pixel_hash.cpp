#include "core/engine/pixel_hash.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstring>

namespace blip {
namespace {

constexpr std::size_t kLanes = 4;  // independent chains, so that multiplications overlap
// Odd, with about as many ones as zeros.
constexpr std::uint64_t kMultiply = 0x9E3779B97F4A7C15u, kRotated = 0xC2B2AE3D27D4EB4Fu, kXored = 0xD6E8FEB86659FD93u;

std::uint64_t mixed(std::uint64_t x) noexcept {
  x = (x ^ (x >> 32)) * kXored;
  x = (x ^ (x >> 29)) * kMultiply;
  return x ^ (x >> 32);
}

}  // namespace

PixelHash hash_pixels(std::span<const float> values) noexcept {
  std::array<std::uint64_t, kLanes> rotating{1, 2, 3, 4}, xoring{5, 6, 7, 8};
  const auto take = [&](std::size_t lane, std::uint64_t word) {
    rotating[lane] = std::rotl(rotating[lane] + word * kRotated, 31) * kMultiply;
    xoring[lane] = (xoring[lane] ^ word) * kXored;
    xoring[lane] ^= xoring[lane] >> 29;
  };
  const auto bytes = std::as_bytes(values);
  std::size_t at = 0;
  for (std::size_t lane = 0; at + 8 <= bytes.size(); at += 8, lane = (lane + 1) % kLanes) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, 8);
    take(lane, word);
  }
  if (at < bytes.size()) {
    std::uint64_t rest = 0;
    std::memcpy(&rest, bytes.data() + at, bytes.size() - at);
    take(0, rest);
  }
  PixelHash hash{bytes.size(), ~static_cast<std::uint64_t>(bytes.size())};
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    hash.first = mixed(hash.first ^ rotating[lane]);
    hash.second = mixed(hash.second * kRotated + xoring[lane]);
  }
  return hash;
}

}  // namespace blip
