#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/tensor_view.h"

namespace blip {

using TensorMap = std::map<std::string, TensorView>;

// Bytes of a dense tensor; nothing if a size is negative or the product does not fit in 63 bits.
std::optional<std::size_t> checked_byte_count(DType dtype, const std::vector<std::int64_t>& shape) noexcept;

}  // namespace blip
