#include "pipelines/searching/judged_blocks.h"

#include <algorithm>

namespace blip {

std::vector<Judged> JudgedBlocks::next() {
  if (ended_) return {};
  std::vector<Judged> block = judge_(position_, position_ + block_);
  position_ += block.size();
  const auto middle = block.begin() + static_cast<std::ptrdiff_t>(block.size() / 2);
  const bool going_on =
      std::any_of(middle, block.end(), [](const Judged& judged) { return judged.passes && !judged.unjudged; });
  ended_ = block.size() < block_ || !going_on;
  std::erase_if(block, [](const Judged& judged) { return !judged.passes; });
  std::stable_sort(block.begin(), block.end(), [](const Judged& a, const Judged& b) {
    if (a.unjudged != b.unjudged) return b.unjudged;
    return a.rank > b.rank;
  });
  return block;
}

}  // namespace blip
