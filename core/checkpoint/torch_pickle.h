#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "core/checkpoint/pickle_value.h"

namespace blip {

// Limits that no checkpoint comes near; they keep a hostile file from taking the machine's memory.
struct PickleLimits {
  std::size_t bytes = std::size_t{64} << 20;
  std::size_t values = 2'000'000;  // made, on the stack, or in the memo
  std::size_t depth = 1'000;       // open MARKs
};

// Runs the pickle at the start of `bytes` on a machine that can build tensors, torch storages, OrderedDict, dict, list,
// tuple, None, bool, int, float and str, and can do nothing else: it imports nothing and calls nothing. Throws
// Error(kInvalidData) naming `source`; for a foreign class or function "refuses 'os.system'".
PickleDocument read_pickle(std::span<const std::uint8_t> bytes, const std::string& source,
                           const PickleLimits& limits = {});

}  // namespace blip
