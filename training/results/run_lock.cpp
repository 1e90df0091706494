#include "training/results/run_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include "core/base/error.h"

namespace blip {
namespace {

std::string holder_of(int file) {
  std::array<char, 300> text{};
  const ssize_t read = ::pread(file, text.data(), text.size() - 1, 0);
  std::string line(text.data(), read > 0 ? static_cast<std::size_t>(read) : 0);
  line = line.substr(0, line.find('\n'));
  const std::size_t blank = line.find(' ');
  if (blank == std::string::npos) return "another process";
  return "process " + line.substr(0, blank) + " on " + line.substr(blank + 1);
}

// Whether `path` is still this file: its former holder removes it.
bool is_same(int file, const std::filesystem::path& path) {
  struct stat opened {};
  struct stat named {};
  return ::fstat(file, &opened) == 0 && ::stat(path.c_str(), &named) == 0 && opened.st_ino == named.st_ino &&
         opened.st_dev == named.st_dev;
}

}  // namespace

RunLock::RunLock(const std::filesystem::path& folder) : path_(folder / "lock") {
  for (;;) {
    file_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (file_ < 0) throw Error(ErrorKind::kFailed, "cannot write '" + path_.string() + "': " + std::strerror(errno));
    if (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
      const int code = errno;
      const std::string holder = holder_of(file_);
      ::close(file_);
      if (code != EWOULDBLOCK)
        throw Error(ErrorKind::kFailed, "cannot lock '" + path_.string() + "': " + std::strerror(code));
      throw Error(ErrorKind::kInvalidArgument,
                  "'" + folder.string() + "' is in use by " + holder + "; wait for it or give another folder");
    }
    if (is_same(file_, path_)) break;
    ::close(file_);
  }
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '?';
  const std::string text = std::to_string(::getpid()) + " " + host.data() + "\n";
  // What stands in the file helps people only; the lock holds without it.
  if (::ftruncate(file_, 0) == 0 && ::pwrite(file_, text.data(), text.size(), 0) < 0) errno = 0;
}

RunLock::~RunLock() {
  ::unlink(path_.c_str());
  ::close(file_);
}

}  // namespace blip
