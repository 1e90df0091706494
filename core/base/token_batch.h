#pragma once

#include <cstdint>
#include <vector>

namespace blip {

// Token ids of several texts, padded to one length (on the right unless said otherwise). ids and mask are [texts, length]; mask is 1 where a token is.
struct TokenBatch {
  std::int64_t texts = 0;
  std::int64_t length = 0;
  std::vector<std::int64_t> ids;
  std::vector<std::uint8_t> mask;
};

}  // namespace blip
