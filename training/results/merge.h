#pragma once

#include <filesystem>
#include <span>

#include "training/results/run_folder.h"

namespace blip {

// The samples of all shards in one folder, as one run would have left them: the same bytes whatever the order of
// `shards`. The metrics are the caller's to compute and finish() with. Throws Error naming the folders: fingerprints
// that differ (and in which field), a shard that is missing, there twice or not complete (no results.json).
RunFolder merge_shards(std::span<const std::filesystem::path> shards, const std::filesystem::path& output);

// Of a folder, without opening it for work. Throws Error(kNotFound, kInvalidData).
Fingerprint read_fingerprint(const std::filesystem::path& folder);

}  // namespace blip
