#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "core/base/error.h"
#include "core/checkpoint/byte_view.h"
#include "core/checkpoint/tensor_map.h"

namespace blip::fuzz {

// A copy that ends where its allocation ends, so that the sanitizer sees a read past it.
inline ByteView view_of(const std::uint8_t* data, std::size_t size) {
  const std::shared_ptr<std::uint8_t[]> copy(new std::uint8_t[size]);
  if (size > 0) std::memcpy(copy.get(), data, size);
  return {copy.get(), size, copy};
}

// Reads the first and the last byte of every tensor.
inline void touch(const TensorMap& tensors) {
  volatile std::uint8_t sink = 0;
  for (const auto& [name, view] : tensors) {
    const auto* bytes = static_cast<const std::uint8_t*>(view.data);
    if (const std::size_t size = view.byte_count(); size > 0) sink = bytes[0] ^ bytes[size - 1];
  }
  static_cast<void>(sink);
}

// Runs `action`; an Error of one line is a right answer, everything else that is thrown is a finding.
template <class Action>
void expect_value_or_error(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    if (std::string_view(error.what()).find('\n') != std::string_view::npos) std::abort();
  }
}

}  // namespace blip::fuzz
