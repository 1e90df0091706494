#pragma once

#include <memory>

#include "core/tasks/engine_api.h"
#include "pipelines/elements/installation.h"
#include "pipelines/options/model_settings.h"

namespace blip {

// The settings with the model's name filled in where it is empty: default_model().
ModelSettings with_model(ModelSettings settings, ModelTask task);

// Opens the model in the process's one engine, which elements open, too: while this lives, they load nothing.
// Throws ModelFailure: the engine cannot be opened, or the model cannot.
std::shared_ptr<Model> open_engine_model(const ModelSettings& settings);

}  // namespace blip
