#pragma once

#include <string>
#include <string_view>

#include "core/checkpoint/blip2_config.h"

namespace blip {

// Names of BLIP-2's tensors. Inside, both families have LAVIS' names with three changes that BLIP's code understands:
// `ln_vision` is `visual_encoder.norm`, `opt_proj` and `t5_proj` are `language_projection`, `opt_model` and `t5_model`
// are `language_model`. A name that a table does not know comes back as it is.

// "qformer.encoder.layer.0.attention.attention.key.bias" -> "Qformer.bert.encoder.layer.0.attention.self.key.bias"
std::string blip2_name_of_hugging_face(std::string_view name);
std::string hugging_face_name_of_blip2(std::string_view name);

// "ln_vision.bias" -> "visual_encoder.norm.bias"
std::string blip2_name_of_lavis(std::string_view name);
std::string lavis_name_of_blip2(std::string_view name, LanguageModelKind kind);

}  // namespace blip
