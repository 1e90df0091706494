#pragma once

#include <filesystem>

namespace blip {

// Holds a folder for this process: the kernel's lock on FOLDER/lock, which goes with the process however it ends, so
// that nobody has to guess whether an old lock still counts. The file holds "PID HOST" for people to read.
class RunLock {
 public:
  // Throws Error(kInvalidArgument) naming the process that has it, kFailed when the file cannot be made.
  explicit RunLock(const std::filesystem::path& folder);
  ~RunLock();  // removes the file
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

 private:
  std::filesystem::path path_;
  int file_ = -1;
};

}  // namespace blip
