#include "pipelines/serve/http/timed_socket.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace blip {
namespace {

constexpr std::size_t kMostDrained = 1 << 20;  // bytes that are read and dropped at the end

int milliseconds_until(TimedSocket::Deadline deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - TimedSocket::Clock::now()).count();
  return static_cast<int>(std::clamp<std::chrono::milliseconds::rep>(left, 0, 3'600'000));
}

}  // namespace

TimedSocket::TimedSocket(int socket, int stop) : socket_(socket), stop_(stop) {
  fcntl(socket_, F_SETFD, FD_CLOEXEC);
  fcntl(socket_, F_SETFL, fcntl(socket_, F_GETFL) | O_NONBLOCK);
}

TimedSocket::~TimedSocket() {
  close(socket_);
}

TimedSocket::Wait TimedSocket::wait(short events, Deadline deadline, bool stoppable) const {
  for (;;) {
    pollfd watched[2] = {{socket_, events, 0}, {stoppable ? stop_ : -1, POLLIN, 0}};
    const int left = milliseconds_until(deadline);
    const int count = poll(watched, 2, left);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Wait::kClosed;
    if (watched[0].revents & events) return Wait::kReady;
    if (watched[0].revents & (POLLERR | POLLHUP | POLLNVAL)) return Wait::kClosed;
    if (watched[1].revents != 0) return Wait::kStopped;
    if (count == 0 && left == 0) return Wait::kTimeout;
  }
}

TimedSocket::Wait TimedSocket::wait_readable(Deadline deadline, bool stoppable) const {
  return wait(POLLIN, deadline, stoppable);
}

std::ptrdiff_t TimedSocket::read(char* data, std::size_t size, Deadline deadline) {
  for (;;) {
    const ssize_t got = recv(socket_, data, size, 0);
    if (got >= 0) return got;
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) return 0;
    const Wait waited = wait(POLLIN, deadline, false);
    if (waited == Wait::kClosed) return 0;
    if (waited != Wait::kReady) return -1;
  }
}

bool TimedSocket::write(std::string_view data, Deadline deadline) {
  while (!data.empty()) {
    const ssize_t sent = send(socket_, data.data(), data.size(), MSG_NOSIGNAL);
    if (sent > 0) data.remove_prefix(static_cast<std::size_t>(sent));
    if (sent > 0 || (sent < 0 && errno == EINTR)) continue;
    if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK) return false;
    if (wait(POLLOUT, deadline, false) != Wait::kReady) return false;
  }
  return true;
}

bool TimedSocket::is_open() const {
  pollfd watched = {socket_, POLLRDHUP, 0};
  return poll(&watched, 1, 0) == 0;
}

void TimedSocket::finish(std::chrono::milliseconds patience) {
  if (shutdown(socket_, SHUT_WR) != 0) return;
  const Deadline deadline = Clock::now() + patience;
  char dropped[4096];
  for (std::size_t total = 0; total < kMostDrained;) {
    const std::ptrdiff_t got = read(dropped, sizeof dropped, deadline);
    if (got <= 0) return;
    total += static_cast<std::size_t>(got);
  }
}

}  // namespace blip
