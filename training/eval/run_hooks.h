#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "core/base/error.h"
#include "training/results/run_folder.h"

namespace blip {

// How a protocol talks to whoever started it.
struct RunHooks {
  std::function<void(const std::string& what, std::size_t done, std::size_t all)> progress =
      [](const std::string&, std::size_t, std::size_t) {};
  std::function<bool()> stop_requested = [] { return false; };

  // Shows where the run is; throws Error(kCancelled) when it has been asked to stop.
  void at(const std::string& what, std::size_t done, std::size_t all) const {
    if (stop_requested()) throw Error(ErrorKind::kCancelled, "stopped; the same command goes on with --resume");
    progress(what, done, all);
  }
};

// Whether the medium with this place in the benchmark belongs to the shard.
inline bool takes(const Shard& shard, std::size_t place) {
  return static_cast<std::int64_t>(place) % shard.count == shard.index;
}

}  // namespace blip
