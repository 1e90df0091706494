#include "pipelines/indexing/folder_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <system_error>

#include "core/base/error.h"
#include "pipelines/indexing/media_files.h"

namespace blip {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kEvents =
    IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE | IN_ONLYDIR | IN_EXCL_UNLINK;

[[noreturn]] void fail(const std::string& what) {
  throw Error(ErrorKind::kFailed, what + ": " + std::strerror(errno));
}

std::optional<std::pair<std::uintmax_t, std::int64_t>> state_of(const std::string& file) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  if (error) return std::nullopt;
  const auto time = fs::last_write_time(file, error);
  if (error) return std::nullopt;
  return std::pair(size, std::int64_t{time.time_since_epoch().count()});
}

bool is_hidden(const std::string& name) {
  return name.starts_with('.');
}

}  // namespace

FolderWatch::FolderWatch(const std::vector<std::string>& folders)
    : descriptor_(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
  if (descriptor_ < 0) fail("folders cannot be watched");
  try {
    for (const std::string& folder : folders) follow(folder, /*is_new=*/false);
  } catch (...) {
    close(descriptor_);
    throw;
  }
}

FolderWatch::~FolderWatch() {
  close(descriptor_);
}

// With the folders in it. `is_new`: what lies in it may be growing still.
void FolderWatch::follow(const std::string& folder, bool is_new) {
  const int number = inotify_add_watch(descriptor_, folder.c_str(), kEvents);
  if (number < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return;
    if (errno == ENOSPC)
      throw Error(ErrorKind::kFailed, "'" + folder +
                                          "' cannot be watched: more folders than the system allows; raise " +
                                          "it with: sysctl fs.inotify.max_user_watches=1000000");
    fail("'" + folder + "' cannot be watched");
  }
  folders_[number] = folder;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code ignored;
    const std::string path = entry->path().string();
    if (is_hidden(entry->path().filename().string())) continue;
    if (entry->is_directory(ignored) && !entry->is_symlink(ignored))
      follow(path, is_new);
    else if (is_new && is_media_name(path))
      growing_[path] = {};
  }
}

FolderChanges FolderWatch::changes() {
  FolderChanges changes;
  take_grown(changes);
  read_events(changes);
  return changes;
}

void FolderWatch::take_grown(FolderChanges& changes) {
  for (auto file = growing_.begin(); file != growing_.end();) {
    const auto state = state_of(file->first);
    const bool stays = state && *state == file->second;
    if (stays) changes.ready.push_back(file->first);
    if (state && !stays) file->second = *state;
    file = stays || !state ? growing_.erase(file) : std::next(file);
  }
}

void FolderWatch::read_events(FolderChanges& changes) {
  alignas(inotify_event) std::array<char, 16384> bytes;
  for (;;) {
    const ssize_t count = read(descriptor_, bytes.data(), bytes.size());
    if (count <= 0) return;
    for (ssize_t at = 0; at < count;) {
      const auto* event = reinterpret_cast<const inotify_event*>(bytes.data() + at);
      at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
      if ((event->mask & IN_Q_OVERFLOW) != 0) changes.missed = true;
      if ((event->mask & IN_IGNORED) != 0) folders_.erase(event->wd);
      const auto folder = folders_.find(event->wd);
      if (folder == folders_.end() || event->len == 0 || is_hidden(event->name)) continue;
      const std::string path = (fs::path(folder->second) / event->name).string();
      const bool is_folder = (event->mask & IN_ISDIR) != 0;
      if ((event->mask & (IN_MOVED_FROM | IN_DELETE)) != 0) {
        growing_.erase(path);
        changes.gone.push_back(path);
      } else if (is_folder) {
        follow(path, /*is_new=*/true);
      } else if ((event->mask & (IN_CLOSE_WRITE | IN_MOVED_TO)) != 0 && is_media_name(path)) {
        growing_.erase(path);
        changes.ready.push_back(path);
      }
    }
  }
}

}  // namespace blip
