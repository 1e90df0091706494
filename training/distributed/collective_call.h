#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/model/torch_compat.h"

namespace blip {

enum class Collective : std::int64_t { kAverage, kSum, kBroadcast, kGather, kBarrier };

// What a rank is about to do, in a form that ranks exchange and compare before they do it: ranks out of step would
// otherwise hang or mix up numbers.
class CollectiveCall {
 public:
  static constexpr std::int64_t kNumbers = 12;
  using Numbers = std::array<std::int64_t, kNumbers>;

  // Throws Error(kInvalidArgument) for a tensor of more than 8 dimensions.
  CollectiveCall(Collective kind, std::int64_t count, const torch::Tensor& tensor = {});
  explicit CollectiveCall(const Numbers& numbers) : numbers_(numbers) {}

  const Numbers& numbers() const noexcept { return numbers_; }
  std::string description() const;  // "average_ of float [261406], call 17"
  bool operator==(const CollectiveCall&) const = default;

 private:
  Numbers numbers_{};  // kind, count, dtype, dimensions, sizes …
};

// Throws Error(kFailed) unless all ranks are about to do the same. calls: [ranks]
void require_same_call(const std::vector<CollectiveCall>& calls);

}  // namespace blip
