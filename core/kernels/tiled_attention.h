#pragma once

#include <span>

#include "core/kernels/key_values.h"
#include "core/kernels/workspace.h"

namespace blip {

// Attention of many queries (arXiv 1706.03762) in tiles that stay in the second-level cache, as in arXiv 2205.14135:
// the scores of all queries are never in memory. Each query attends to the tokens of all blocks, which are of one type.
//   queries: [rows, heads * width] of the blocks' type, rows `query_stride` apart
//   context: [rows, heads * width] float, contiguous
void attend_tiled(Workspace& workspace, HeadShape shape, const void* queries, std::int64_t query_stride,
                  std::int64_t rows, std::span<const KeyValues> blocks, float* context);

}  // namespace blip
