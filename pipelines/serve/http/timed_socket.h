#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>

namespace blip {

// A connected socket whose every wait has an end: a moment, or a descriptor that becomes readable when the server
// stops. Owns the socket. Used by one thread.
class TimedSocket {
 public:
  using Clock = std::chrono::steady_clock;
  using Deadline = Clock::time_point;
  enum class Wait {
    kReady,
    kTimeout,
    kStopped,  // the server stops
    kClosed,   // the other side is gone
  };

  // `stop`: a descriptor, or -1 for none. Not owned.
  TimedSocket(int socket, int stop);
  ~TimedSocket();
  TimedSocket(const TimedSocket&) = delete;
  TimedSocket& operator=(const TimedSocket&) = delete;

  int descriptor() const noexcept { return socket_; }

  // Until there is something to read. A stop ends it only where `stoppable`.
  Wait wait_readable(Deadline deadline, bool stoppable) const;
  // At least one byte, `size` at most; 0 when the other side has ended, -1 when nothing came in time.
  std::ptrdiff_t read(char* data, std::size_t size, Deadline deadline);
  // All of it; false when it was not taken in time or the other side is gone.
  bool write(std::string_view data, Deadline deadline);
  // Whether the other side still takes what is written.
  bool is_open() const;
  // Ends our side and waits shortly, at most `patience`, for the other to read what it was sent: closing with unread
  // input would throw that away.
  void finish(std::chrono::milliseconds patience);

 private:
  Wait wait(short events, Deadline deadline, bool stoppable) const;

  int socket_, stop_;
};

}  // namespace blip
