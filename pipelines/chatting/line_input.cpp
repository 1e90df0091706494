#include "pipelines/chatting/line_input.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "core/base/error.h"

namespace blip {
namespace {

constexpr std::size_t kLongestLine = 64 * 1024;

}  // namespace

std::optional<std::string> LineInput::take_line() {
  const std::size_t end = buffer_.find('\n');
  if (end == std::string::npos && (!ended_ || buffer_.empty())) return std::nullopt;
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end == std::string::npos ? end : end + 1);
  return line;
}

std::optional<std::string> LineInput::next(int interrupt) {
  for (;;) {
    if (auto line = take_line()) return line;
    if (ended_) return std::nullopt;
    if (buffer_.size() > kLongestLine)
      throw Error(ErrorKind::kInvalidData, "a line of more than 64 KiB is no question");
    std::array<pollfd, 2> watched{{{descriptor_, POLLIN, 0}, {interrupt, POLLIN, 0}}};
    if (poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR)
      throw Error(ErrorKind::kFailed, std::string("cannot wait for a line: ") + std::strerror(errno));
    if (watched[1].revents != 0) return std::nullopt;
    if (watched[0].revents == 0) continue;
    std::array<char, 4096> some;
    const ssize_t count = read(descriptor_, some.data(), some.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count < 0) throw Error(ErrorKind::kFailed, std::string("cannot read a line: ") + std::strerror(errno));
    if (count == 0) ended_ = true;
    buffer_.append(some.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace blip
