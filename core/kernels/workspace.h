#pragma once

#include <vector>

#include "core/kernels/arena.h"
#include "core/kernels/block_pool.h"
#include "core/kernels/matmul.h"
#include "core/kernels/vector_loops.h"

namespace blip {

// What the kernels of one model share: threads, products made ready, scratch memory. One caller at a time.
struct Workspace {
  explicit Workspace(int thread_count)
      : threads(thread_count), loops(vector_loops()), products(thread_count), arenas(thread_count) {}

  const int threads;
  const VectorLoops& loops;
  MatmulCache products;
  std::vector<Arena> arenas;  // one a slot of parallel_for
  Arena shared;               // of the caller
  BlockPool blocks;           // for what outlives a call
};

}  // namespace blip
