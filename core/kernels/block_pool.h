#pragma once

#include <cstddef>
#include <memory>

namespace blip {

// Large blocks that come and go with every frame: the last one given back is handed out again, so that the system need
// not clear new pages each time. Copies share their pool. Safe from any thread; blocks may outlive it.
class BlockPool {
 public:
  BlockPool();
  // Uninitialised, aligned to 64 bytes. Throws std::bad_alloc.
  std::shared_ptr<std::byte> take(std::size_t bytes) const;

 private:
  struct Spare;
  std::shared_ptr<Spare> spare_;
};

}  // namespace blip
