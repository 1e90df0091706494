#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace blip {

// IEEE binary16, as the bits of an integer.
float half_to_float(std::uint16_t half) noexcept;  // exact

// Nearest half, ties to even. 65520 and above become infinity; a NaN stays one.
std::uint16_t float_to_half(float value) noexcept;

std::vector<std::uint16_t> to_halves(std::span<const float> values);
std::vector<float> to_floats(std::span<const std::uint16_t> halves);

}  // namespace blip
