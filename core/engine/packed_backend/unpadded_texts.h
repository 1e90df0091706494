#pragma once

#include <cstdint>
#include <vector>

#include "core/base/token_batch.h"

namespace blip {

// Some texts of a batch without their padding, one after the other: text t has the ids [starts[t], starts[t + 1]).
struct UnpaddedTexts {
  std::vector<std::int64_t> ids, starts{0};

  std::int64_t texts() const { return static_cast<std::int64_t>(starts.size()) - 1; }
};

// The texts from `begin` on, as many as there are until they have `enough` ids.
inline UnpaddedTexts unpadded_texts(const TokenBatch& batch, std::int64_t begin, std::int64_t enough) {
  UnpaddedTexts texts;
  for (std::int64_t t = begin; t < batch.texts && texts.starts.back() < enough; ++t) {
    for (std::int64_t i = t * batch.length; i < (t + 1) * batch.length; ++i) {
      if (batch.mask[static_cast<std::size_t>(i)] != 0) texts.ids.push_back(batch.ids[static_cast<std::size_t>(i)]);
    }
    texts.starts.push_back(static_cast<std::int64_t>(texts.ids.size()));
  }
  return texts;
}

}  // namespace blip
