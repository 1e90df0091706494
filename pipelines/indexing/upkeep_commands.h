#pragma once

#include "pipelines/indexing/index_command.h"

namespace blip {

// Adds status, list, remove, verify, compact and merge.
void add_upkeep_commands(IndexCommand& index);

}  // namespace blip
