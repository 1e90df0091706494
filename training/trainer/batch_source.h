#pragma once

#include <cstdint>

#include "training/data/batch.h"

namespace blip {

// Where the trainer gets its batches from: this process's share of every part of a step, in a fixed order.
class BatchSource {
 public:
  virtual ~BatchSource() = default;
  // At least 1, and a multiple of the parts that a step's batch comes in (optimizer.accumulation).
  virtual std::int64_t batches_per_epoch() const = 0;
  // The next batch is number `batch` (from 0) of `epoch`.
  virtual void seek(std::int64_t epoch, std::int64_t batch) = 0;
  virtual void next(Batch& batch) = 0;  // goes on into the next epoch by itself; throws Error
};

}  // namespace blip
