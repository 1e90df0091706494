#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "training/data/dataset.h"

namespace blip {

// Samples of a validation set, always the same ones.
class SampleReader {
 public:
  // The first `limit` samples, 0 = all.
  SampleReader(std::shared_ptr<const Dataset> dataset, std::int64_t limit);

  // Calls take() with a few samples at a time, in order; they may be moved from. Broken ones are left out. Throws
  // Error(kInvalidData) when all are broken.
  void for_each(const std::function<void(std::span<Sample>)>& take) const;

 private:
  std::shared_ptr<const Dataset> dataset_;
  std::int64_t count_;
};

}  // namespace blip
