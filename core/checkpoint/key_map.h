#pragma once

#include <string>
#include <string_view>

namespace blip {

// The one table between the names of Hugging Face's files and those of the original code. No tensor is transposed or
// split; only the vision tower is named differently. A name that the table does not know comes back as it is.
std::string original_name(
    std::string_view hugging_face);  // "vision_model.post_layernorm.bias" -> "visual_encoder.norm.bias"
std::string hugging_face_name(std::string_view original);

}  // namespace blip
