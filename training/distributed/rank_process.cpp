#include "training/distributed/rank_process.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "core/base/error.h"

namespace blip {
namespace {

constexpr int kCouldNotStart = 127;
constexpr off_t kTailBytes = 4096;

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (const std::string& string : strings) result.push_back(const_cast<char*>(string.c_str()));
  result.push_back(nullptr);
  return result;
}

struct ChildPlan {
  const char* program;
  char* const* arguments;
  char* const* environment;
  int errors;      // where stderr goes, or -1
  pid_t launcher;  // when it dies the child gets SIGTERM
};

// Between fork and exec: only calls that POSIX allows there. The child leads a process group of its own, so that Ctrl-C
// in a terminal reaches it once, through the launcher.
[[noreturn]] void become(const ChildPlan& plan) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != plan.launcher) _exit(kCouldNotStart);
  if (plan.errors >= 0) {
    const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere < 0 || dup2(nowhere, STDOUT_FILENO) < 0 || dup2(plan.errors, STDERR_FILENO) < 0) _exit(kCouldNotStart);
  }
  execve(plan.program, plan.arguments, plan.environment);
  const char message[] = "could not be executed\n";
  (void)!write(STDERR_FILENO, message, sizeof(message) - 1);
  _exit(kCouldNotStart);
}

}  // namespace

RankProcess::RankProcess(const Command& command) {
  const auto arguments = pointers(command.arguments), environment = pointers(command.environment);
  if (command.quiet) {
    errors_ = memfd_create("stderr", MFD_CLOEXEC);
    if (errors_ < 0)
      throw Error(ErrorKind::kFailed, std::string("no file in memory for stderr: ") + std::strerror(errno));
  }
  const ChildPlan plan{command.program.c_str(), arguments.data(), environment.data(), errors_, getpid()};
  pid_ = fork();
  if (pid_ == 0) become(plan);
  if (pid_ < 0) {
    const int reason = errno;
    if (errors_ >= 0) close(errors_);
    throw Error(ErrorKind::kFailed, "no process for '" + command.program + "': " + std::strerror(reason));
  }
  setpgid(pid_, pid_);  // here, too: a signal may be sent before the child gets to it
}

RankProcess::~RankProcess() {
  if (!ended()) {
    send(SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  if (errors_ >= 0) close(errors_);
}

RankProcess::RankProcess(RankProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      errors_(std::exchange(other.errors_, -1)),
      status_(other.status_),
      signal_(other.signal_) {}

void RankProcess::send(int signal) const noexcept {
  if (!ended()) kill(-pid_, signal);
}

bool RankProcess::poll() {
  int state = 0;
  if (ended() || waitpid(pid_, &state, WNOHANG) != pid_) return false;
  pid_ = -1;
  signal_ = WIFSIGNALED(state) ? WTERMSIG(state) : 0;
  status_ = signal_ != 0 ? 128 + signal_ : WEXITSTATUS(state);
  return true;
}

std::string RankProcess::ending() const {
  if (signal_ == 0) return "ended with status " + std::to_string(status_);
  return "was ended by signal " + std::to_string(signal_) + " (" + strsignal(signal_) + ")";
}

std::string RankProcess::error_tail() const {
  if (errors_ < 0) return {};
  const off_t size = lseek(errors_, 0, SEEK_END);
  std::string tail(static_cast<std::size_t>(std::min(size, kTailBytes)), '\0');
  const ssize_t count = pread(errors_, tail.data(), tail.size(), size - static_cast<off_t>(tail.size()));
  tail.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  if (size > kTailBytes) tail.erase(0, tail.find('\n') + 1);  // a part of a line; all of it where there is no other
  while (!tail.empty() && tail.back() == '\n') tail.pop_back();
  return tail;
}

}  // namespace blip
