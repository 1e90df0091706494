#pragma once

#include <memory>

#include "core/tasks/engine_api.h"
#include "pipelines/options/model_settings.h"
#include "pipelines/watching/live_session.h"

namespace blip {

// The models of a session. Elements open the same ones, which cost nothing while this lives.
struct WatchModels {
  ModelSettings matcher, captioner;                         // with their names filled in
  std::shared_ptr<Model> opened_matcher, opened_captioner;  // null: not needed
  bool one_vision = false;  // both look at pictures with the same weights: one pass does for both
};

// Opens what the session needs: a matcher where it has queries, a captioner where it makes captions. Throws
// ModelFailure when a model cannot be opened, or cannot do what it is wanted for.
WatchModels open_watch_models(const SessionSettings& settings);

}  // namespace blip
