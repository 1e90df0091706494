#pragma once

#include <filesystem>

namespace blip {

// Keeps a second writer of an index out, also when the first one is killed: a lock of the kernel (flock) on
// "INDEX.lock", in which the number of the process stands. Links to an index are followed.
class IndexLock {
 public:
  // Throws Error(kFailed) naming the process that has the lock, or why the file cannot be made.
  explicit IndexLock(const std::filesystem::path& index);
  ~IndexLock();
  IndexLock(const IndexLock&) = delete;
  IndexLock& operator=(const IndexLock&) = delete;

 private:
  int file_ = -1;
};

}  // namespace blip
