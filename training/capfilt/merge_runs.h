#pragma once

#include <filesystem>
#include <span>

#include "training/capfilt/capfilt_counts.h"

namespace blip {

// Puts what several processes have done, each its share, into one folder, as one process would have written it; the
// files are linked where the file system can, else copied. The folder appears when it is complete. Throws Error naming
// the folders: kInvalidArgument for runs of other settings or a unit that is in two of them, kInvalidData for units
// that are in none (their count and the first), kNotFound for a folder that is no run.
CapFiltCounts merge_runs(std::span<const std::filesystem::path> parts, const std::filesystem::path& output);

}  // namespace blip
