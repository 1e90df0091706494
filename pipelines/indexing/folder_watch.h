#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace blip {

// What happened in the folders.
struct FolderChanges {
  std::vector<std::string> ready;  // files that have come or changed, and are complete: absolute paths
  std::vector<std::string> gone;   // files and folders that were deleted or moved away
  bool missed = false;             // too much at once: look at everything again
};

// Follows folders and all in them (inotify). A file counts when whoever wrote it has closed it, or it was moved in;
// those that came with a new folder, when they have stopped growing. Not thread-safe.
class FolderWatch {
 public:
  // Throws Error(kFailed) naming the folder that cannot be followed, and what to do where there are too many.
  explicit FolderWatch(const std::vector<std::string>& folders);
  ~FolderWatch();
  FolderWatch(const FolderWatch&) = delete;
  FolderWatch& operator=(const FolderWatch&) = delete;

  int descriptor() const { return descriptor_; }         // readable when something happened, for poll()
  bool is_waiting() const { return !growing_.empty(); }  // call changes() again within a second or so
  // What happened since the last call. Does not wait. Throws as the constructor does.
  FolderChanges changes();

 private:
  using FileState = std::pair<std::uintmax_t, std::int64_t>;  // size, modification

  void follow(const std::string& folder, bool is_new);
  void read_events(FolderChanges& changes);
  void take_grown(FolderChanges& changes);

  int descriptor_;
  std::map<int, std::string> folders_;        // by inotify's number
  std::map<std::string, FileState> growing_;  // as they were when last looked at
};

}  // namespace blip
