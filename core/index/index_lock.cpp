#include "core/index/index_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>

#include "core/base/error.h"

namespace blip {
namespace {

std::string holder_of(int file) {
  std::array<char, 32> text{};
  const ssize_t length = ::pread(file, text.data(), text.size() - 1, 0);
  const std::string number(text.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
  const std::string process = number.substr(0, number.find_first_not_of("0123456789"));
  return process.empty() ? "another process" : "process " + process;
}

}  // namespace

IndexLock::IndexLock(const std::filesystem::path& index) {
  std::error_code none;  // then opening says what is wrong
  const auto target = std::filesystem::weakly_canonical(index, none);
  const std::string name = (none ? index : target).string() + ".lock";
  file_ = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (file_ < 0)
    throw Error(ErrorKind::kFailed,
                "cannot write index '" + index.string() + "': cannot open '" + name + "': " + std::strerror(errno));
  if (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
    const std::string holder = holder_of(file_);
    ::close(file_);
    throw Error(ErrorKind::kFailed, "cannot write index '" + index.string() + "': " + holder +
                                        " is writing it; wait until it is done, or stop it");
  }
  // The lock holds without the number, too, which is only for the message.
  const std::string number = std::to_string(::getpid()) + "\n";
  if (::ftruncate(file_, 0) != 0 || ::pwrite(file_, number.data(), number.size(), 0) < 0) return;
}

IndexLock::~IndexLock() {
  ::close(file_);
}

}  // namespace blip
