#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/checkpoint/model_config.h"

namespace blip {

// A model's sizes as a training checkpoint's state.json holds them.
nlohmann::json model_sizes_json(const ModelConfig& config);

// Sizes of BLIP-2 and of its image encoder may be missing, as in checkpoints of BLIP. Throws nlohmann::json::exception
// for what is missing otherwise or of another type.
ModelConfig model_sizes_from_json(const nlohmann::json& sizes);

}  // namespace blip
