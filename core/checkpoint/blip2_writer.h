#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/checkpoint_writer.h"

namespace blip {

// write_hugging_face_directory() and write_original_file() for the layouts of BLIP-2; see there.
std::vector<std::string> write_blip2_directory(const Checkpoint& checkpoint, const std::filesystem::path& directory,
                                               const CheckpointWriteOptions& options);
void write_lavis_file(const Checkpoint& checkpoint, const std::filesystem::path& file,
                      const CheckpointWriteOptions& options);

}  // namespace blip
