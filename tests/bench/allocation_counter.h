#pragma once

#include <cstdint>

namespace blip::bench {

// Calls of operator new in the whole process, from the start; oneDNN's own apart. Programs that link this file have
// them counted.
struct Allocations {
  std::uint64_t own = 0;     // of everything but oneDNN
  std::uint64_t onednn = 0;  // from inside libdnnl
};
Allocations allocations();

}  // namespace blip::bench
