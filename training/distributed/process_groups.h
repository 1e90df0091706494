#pragma once

#include <chrono>

#include "training/distributed/communicator_from_environment.h"
#include "training/distributed/rank_environment.h"

#include <c10/util/intrusive_ptr.h>

namespace c10d {
class Store;
class ProcessGroup;
class Backend;
}  // namespace c10d

namespace blip {

#if TORCH_VERSION_MAJOR >= 2
using ProcessGroupBackend = c10d::Backend;
#else
using ProcessGroupBackend = c10d::ProcessGroup;
#endif

// A connection to the key-value store on rank 0; rank 0 runs it when `serve` is set. Throws Error(kFailed) naming host
// and port when nobody answers in time.
c10::intrusive_ptr<c10d::Store> open_store(const RankEnvironment& environment, bool serve,
                                           std::chrono::milliseconds timeout);

// Returns when every rank has called it. Throws Error(kFailed) naming the ranks that did not in time.
void wait_for_all_ranks(c10d::Store& store, const RankEnvironment& environment, std::chrono::milliseconds timeout);

// Connects all ranks, over the loopback device when rank 0 is on this machine.
c10::intrusive_ptr<ProcessGroupBackend> open_gloo_group(const c10::intrusive_ptr<c10d::Store>& store,
                                                        const RankEnvironment& environment);

// For tensors on a GPU; nothing where LibTorch has no NCCL.
c10::intrusive_ptr<ProcessGroupBackend> open_nccl_group(const c10::intrusive_ptr<c10d::Store>& store,
                                                        const RankEnvironment& environment);

}  // namespace blip
