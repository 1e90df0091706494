#pragma once

#include <cstdint>
#include <filesystem>

#include "core/checkpoint/checkpoint.h"

namespace blip {

// Where the frozen parts of a LAVIS .pth of BLIP-2 lie, which holds what was trained only. Both throw Error(kNotFound)
// that says where they looked.

// options.vision, or eva_vit_g.pth, clip_vit_L.pth, vision.pth beside `model` or a folder up. `width` of the states
// that the rest reads: 1024 (ViT-L) looks for clip_vit_L.pth first.
std::filesystem::path find_vision_file(const CheckpointOptions& options, const std::filesystem::path& model,
                                       std::int64_t width);

// options.language, or the folder llm/ beside `model`, with a config.json.
std::filesystem::path find_language_directory(const CheckpointOptions& options, const std::filesystem::path& model);

}  // namespace blip
