#include "pipelines/captioning/interrupt.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <string>

#include "core/base/error.h"

namespace blip {
namespace {

constexpr int kInterruptedExitCode = 130;

std::atomic<bool> requested_once{false};
std::atomic<int> event{-1};
struct sigaction former_action;

static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free);

void on_interrupt(int) {
  if (requested_once.exchange(true)) _exit(kInterruptedExitCode);
  const int former_errno = errno;
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = write(event.load(), &one, sizeof one);
  errno = former_errno;
}

}  // namespace

InterruptWatch::InterruptWatch() {
  event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (event < 0)
    throw Error(ErrorKind::kFailed, std::string("cannot make an event descriptor: ") + std::strerror(errno));
  requested_once = false;
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, &former_action);
}

InterruptWatch::~InterruptWatch() {
  sigaction(SIGINT, &former_action, nullptr);
  close(event.exchange(-1));
}

bool InterruptWatch::requested() const noexcept {
  return requested_once;
}

int InterruptWatch::descriptor() const noexcept {
  return event;
}

}  // namespace blip
