#pragma once

#include <cstdint>

namespace blip::test {

// Calls of operator new so far, by all threads of this program and by the libraries it opened.
std::int64_t allocation_count() noexcept;

}  // namespace blip::test
