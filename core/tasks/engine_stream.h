#pragma once

#include <memory>

#include "core/engine/loaded_model.h"
#include "core/tasks/engine_api.h"

namespace blip {

std::unique_ptr<Stream> make_engine_stream(std::shared_ptr<LoadedModel> model, const StreamOptions& options);

}  // namespace blip
