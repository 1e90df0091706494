#include "pipelines/terminal/interrupt.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <string>

#include "core/base/error.h"

namespace blip {
namespace {

constexpr int kInterruptedExitCode = 130;

std::atomic<bool> requested_once{false};
std::atomic<std::int64_t> first_at{0};      // nanoseconds, monotonic
std::atomic<std::int64_t> grace_period{0};  // nanoseconds
std::atomic<int> event{-1};

static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free &&
              std::atomic<std::int64_t>::is_always_lock_free);

std::int64_t monotonic_now() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

void on_interrupt(int) {
  const std::int64_t now = monotonic_now();
  if (requested_once.exchange(true)) {
    if (now - first_at >= grace_period) _exit(kInterruptedExitCode);
    return;
  }
  first_at = now;
  const int former_errno = errno;
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = write(event.load(), &one, sizeof one);
  errno = former_errno;
}

}  // namespace

InterruptWatch::InterruptWatch(std::chrono::nanoseconds grace, std::vector<int> signals) {
  event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (event < 0)
    throw Error(ErrorKind::kFailed, std::string("cannot make an event descriptor: ") + std::strerror(errno));
  requested_once = false;
  first_at = 0;
  grace_period = grace.count();
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (const int signal : signals) {
    struct sigaction former {};
    sigaction(signal, &action, &former);
    former_.emplace_back(signal, former);
  }
}

InterruptWatch::~InterruptWatch() {
  for (const auto& [signal, former] : former_) sigaction(signal, &former, nullptr);
  close(event.exchange(-1));
}

bool InterruptWatch::requested() const noexcept {
  return requested_once;
}

int InterruptWatch::descriptor() const noexcept {
  return event;
}

}  // namespace blip
