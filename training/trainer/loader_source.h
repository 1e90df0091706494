#pragma once

#include <functional>
#include <memory>

#include "training/data/loader.h"
#include "training/trainer/batch_source.h"

namespace blip {

// Batches from a Loader. An epoch's last batches that do not fill a step are left out.
class LoaderSource final : public BatchSource {
 public:
  // parts: batches a step. Throws Error(kInvalidArgument) when an epoch does not fill one step.
  LoaderSource(std::shared_ptr<const BatchPlan> plan, Transform transform, TextPreparation texts, LoaderOptions options,
               std::int64_t parts);

  std::int64_t batches_per_epoch() const override { return batches_; }
  void seek(std::int64_t epoch, std::int64_t batch) override;
  void next(Batch& batch) override;

 private:
  std::shared_ptr<const BatchPlan> plan_;
  Transform transform_;
  TextPreparation texts_;
  LoaderOptions options_;
  std::int64_t batches_ = 0;
  std::unique_ptr<Loader> loader_;
};

}  // namespace blip
