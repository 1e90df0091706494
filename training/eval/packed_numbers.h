#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace blip {

// Rows of numbers in JSON records, exact and short: little-endian bytes as Base64 (RFC 4648).
std::string pack_floats(std::span<const float> values);
std::string pack_indices(std::span<const std::int32_t> values);

// Throw Error(kInvalidData) for anything else.
std::vector<float> unpack_floats(const std::string& text);
std::vector<std::int32_t> unpack_indices(const std::string& text);

}  // namespace blip
