#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/checkpoint/checkpoint.h"
#include "core/engine/packed_backend/packed_cache.h"
#include "core/engine/packed_backend/packed_vit.h"

namespace blip {

// How a packed model starts: with what an earlier start has packed where there is such a file, else packing all of it
// and keeping it. The vision part, which texts do without, is made when the first picture comes if it need not be
// packed.
class LateVision {
 public:
  // `word`: for what is packed, as PackedCache has it. build_rest: makes everything else.
  LateVision(const Checkpoint& checkpoint, const std::string& word, Precision precision, int threads,
             std::vector<std::string>& warnings, const std::function<void(WeightStore& weights)>& build_rest);

  const PackedVit& vit();

 private:
  struct Later {
    Checkpoint checkpoint;
    std::shared_ptr<const PackedFile> packed;
    PackedCache cache;
  };
  VisionConfig config_;
  Precision precision_;
  int threads_;
  std::optional<Later> later_;  // until the vision part is made
  std::optional<PackedVit> vit_;
};

}  // namespace blip
