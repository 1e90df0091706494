#pragma once

#include <functional>
#include <memory>

#include "core/engine/feature_cache.h"
#include "core/engine/loaded_model.h"
#include "core/engine/scheduler.h"
#include "core/tasks/engine_api.h"

namespace blip {

// A model as its streams use it: asked through the scheduler, its features in the cache as long as it is open.
struct OpenModel {
  using Answered = std::function<void(RequestKind)>;

  OpenModel(
      std::shared_ptr<LoadedModel> model, std::shared_ptr<FeatureCache> features, Scheduler& scheduling,
      Answered on_answer = [](RequestKind) {});

  std::shared_ptr<LoadedModel> loaded;
  std::shared_ptr<FeatureCache> cache;
  Scheduler& scheduler;
  ServedModel served;
  ModelAbilities abilities;
  std::shared_ptr<void> lease;
  Answered answered;  // called after every request that succeeded, on the asking thread
};

// Throws Error(kInvalidArgument) for options out of range.
std::unique_ptr<Stream> make_engine_stream(std::shared_ptr<const OpenModel> model, const StreamOptions& options);

}  // namespace blip
