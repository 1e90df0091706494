#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "training/data/batch.h"
#include "training/data/batch_plan.h"
#include "training/data/text_preparation.h"
#include "training/data/transform.h"

namespace blip {

// A sample that could not be used.
struct BrokenSample {
  std::string source;      // the data set's name in the mixture
  std::int64_t index = 0;  // of the sample there
  std::string reason;
};

// Of the next batch.
struct LoaderPosition {
  std::int64_t epoch = 0;
  std::int64_t step = 0;
  bool operator==(const LoaderPosition&) const = default;
};

struct LoaderOptions {
  std::uint64_t seed = 0;          // of the choice of texts and frames, and of augmentation
  std::int64_t threads = 2;        // that read, decode and augment
  StateSize states = {};           // what samples carry in place of pictures; 0 = pictures
  std::int64_t prefetch = 4;       // batches held or being made, besides the caller's
  bool repeat = true;              // goes on into the next epoch; else next() returns false after the first
  double max_broken_share = 0.05;  // of the samples read; 0 = not one
  std::function<void(const BrokenSample&)> on_broken;  // each broken sample once, on the thread that calls next()
  void validate() const;  // throws Error(kInvalidArgument) naming the field, its value and its range
};

// Reads, decodes, augments and puts together batches on threads of its own, ahead of the caller. What a batch holds is
// a function of the plan, the seed and (epoch, step): the number of threads and where the run began do not matter. A
// broken sample is counted, reported and replaced by another of the epoch (BatchPlan::at); when more than the allowed
// share is broken, and at least ten are, or no replacement is found, next() throws. Not thread-safe.
class Loader {
 public:
  // Begins at `start`, whose epoch may be any and whose step lies in the epoch (or just behind it). Throws
  // Error(kInvalidArgument).
  Loader(std::shared_ptr<const BatchPlan> plan, Transform transform, TextPreparation texts, LoaderOptions options,
         LoaderPosition start = {});
  ~Loader();  // stops the threads; takes as long as one sample
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  // The next batch; its former content is used as memory. False when it does not repeat and the epoch is over. Throws
  // Error(kInvalidData) naming the count of broken samples and the first reasons, and again at each further call.
  bool next(Batch& batch);

  LoaderPosition position() const noexcept;  // of the batch that next() gives next
  std::int64_t steps_per_epoch() const noexcept;

  std::int64_t samples_read() const noexcept;                // usable or broken, of the batches given so far
  std::int64_t broken_count() const noexcept;                // of these
  const std::vector<BrokenSample>& broken() const noexcept;  // the first hundred different ones

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace blip
