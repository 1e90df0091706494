#include "core/text/token_padding.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "core/base/error.h"

namespace blip {

TokenBatch pad_texts(std::span<const std::vector<std::int64_t>> texts, std::int64_t pad, PaddingSide side,
                     std::int64_t length) {
  std::size_t longest = 0;
  for (const auto& ids : texts) longest = std::max(longest, ids.size());
  if (length != 0 && static_cast<std::int64_t>(longest) > length) {
    throw Error(ErrorKind::kInvalidArgument, "a text of " + std::to_string(longest) + " tokens does not fit into " +
                                                 std::to_string(length) + "; truncate it first");
  }
  TokenBatch result;
  result.texts = static_cast<std::int64_t>(texts.size());
  result.length = length != 0 ? length : static_cast<std::int64_t>(longest);
  const auto width = static_cast<std::size_t>(result.length);
  result.ids.assign(texts.size() * width, pad);
  result.mask.assign(texts.size() * width, 0);
  for (std::size_t t = 0; t < texts.size(); ++t) {
    const std::size_t gap = side == PaddingSide::kLeft ? width - texts[t].size() : 0;
    const auto begin = static_cast<std::ptrdiff_t>(t * width + gap);
    std::copy(texts[t].begin(), texts[t].end(), result.ids.begin() + begin);
    std::fill_n(result.mask.begin() + begin, texts[t].size(), std::uint8_t{1});
  }
  return result;
}

}  // namespace blip
