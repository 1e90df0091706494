#include "core/checkpoint/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "core/checkpoint/message.h"

namespace blip {
namespace {

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

// By which an owner is known as a mapping.
struct Unmap {
  void* address;
  std::size_t size;
  void operator()(const void*) const { ::munmap(address, size); }
};

[[noreturn]] void fail(ErrorKind kind, const std::filesystem::path& path, const std::string& why) {
  throw Error(kind, "cannot read " + in_quotes(path.string()) + ": " + why);
}

}  // namespace

ByteView map_file(const std::filesystem::path& path) {
  // O_NONBLOCK: opening a FIFO must fail below instead of waiting for a writer.
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) {
    const int code = errno;
    fail(code == ENOENT || code == ENOTDIR ? ErrorKind::kNotFound : ErrorKind::kFailed, path, std::strerror(code));
  }
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) fail(ErrorKind::kFailed, path, std::strerror(errno));
  if (S_ISDIR(status.st_mode)) fail(ErrorKind::kInvalidData, path, "it is a directory, expected a file");
  if (!S_ISREG(status.st_mode)) fail(ErrorKind::kInvalidData, path, "it is not a regular file");
  if (status.st_size == 0) fail(ErrorKind::kInvalidData, path, "the file is empty");

  const auto size = static_cast<std::size_t>(status.st_size);
  void* address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (address == MAP_FAILED) fail(ErrorKind::kFailed, path, std::strerror(errno));
  const std::shared_ptr<const void> owner(address, Unmap{address, size});
  return {static_cast<const std::uint8_t*>(address), size, owner};
}

void drop_pages(const std::shared_ptr<const void>& owner) noexcept {
  if (const Unmap* mapping = std::get_deleter<Unmap>(owner)) ::madvise(mapping->address, mapping->size, MADV_DONTNEED);
}

}  // namespace blip
