#include "training/trainer/loader_source.h"

#include <utility>

#include "core/base/error.h"

namespace blip {

LoaderSource::LoaderSource(std::shared_ptr<const BatchPlan> plan, Transform transform, TextPreparation texts,
                           LoaderOptions options, std::int64_t parts)
    : plan_(std::move(plan)),
      transform_(std::move(transform)),
      texts_(std::move(texts)),
      options_(std::move(options)),
      batches_(plan_->steps_per_epoch() / parts * parts) {
  if (batches_ == 0)
    throw Error(ErrorKind::kInvalidArgument, "the data fills " + std::to_string(plan_->steps_per_epoch()) +
                                                 " batches, but a step needs " + std::to_string(parts) +
                                                 "; give a smaller optimizer.batch_size");
}

void LoaderSource::seek(std::int64_t epoch, std::int64_t batch) {
  loader_.reset();  // its threads first
  loader_ = std::make_unique<Loader>(plan_, transform_, texts_, options_, LoaderPosition{epoch, batch});
}

void LoaderSource::next(Batch& batch) {
  if (loader_ == nullptr) seek(0, 0);
  if (const LoaderPosition at = loader_->position(); at.step >= batches_ && batches_ < plan_->steps_per_epoch())
    seek(at.epoch + 1, 0);
  loader_->next(batch);
}

}  // namespace blip
