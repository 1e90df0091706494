#include "training/metrics/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "core/base/error.h"

extern char** environ;

namespace blip {
namespace {

constexpr std::size_t kMostUnread = 16 << 20;  // bytes of a line

void close_file(int& file) {
  if (file >= 0) ::close(std::exchange(file, -1));
}

// Owns the three files that the program gets until it has them.
struct ChildFiles {
  int input = -1, output = -1;
  ~ChildFiles() {
    close_file(input);
    close_file(output);
  }
};

int spawn(pid_t& pid, const std::vector<std::string>& arguments, const std::filesystem::path& folder, int input,
          int output, int errors) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const int error = ::posix_spawn(&pid, argv.front(), &actions, &attributes, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return error;
}

}  // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& arguments, const std::filesystem::path& folder,
                           std::chrono::milliseconds patience)
    : name_(arguments.at(0)), patience_(patience) {
  // A socket, not a pipe: a write to a program that is gone is then an error and no signal.
  std::array<int, 2> input{-1, -1}, output{-1, -1};
  const bool have_input = ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, input.data()) == 0;
  const bool have_output = ::pipe2(output.data(), O_CLOEXEC) == 0;
  errors_ = ::memfd_create("stderr", MFD_CLOEXEC);
  input_ = input[0];
  output_ = output[0];
  ChildFiles files{input[1], output[1]};
  const bool have_all = have_input && have_output && errors_ >= 0;
  const int error = have_all ? spawn(pid_, arguments, folder, files.input, files.output, errors_) : errno;
  if (error != 0) {
    pid_ = -1;
    close_file(input_);
    close_file(output_);
    close_file(errors_);
    throw Error(ErrorKind::kFailed, "cannot start '" + name_ + "': " + std::strerror(error));
  }
}

ChildProcess::~ChildProcess() {
  close_file(input_);
  close_file(output_);
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  close_file(errors_);
}

std::string ChildProcess::last_error_line() const {
  const off_t size = ::lseek(errors_, 0, SEEK_END);
  std::array<char, 512> tail{};
  const off_t begin = std::max<off_t>(0, size - static_cast<off_t>(tail.size()));
  const ssize_t read = ::pread(errors_, tail.data(), tail.size(), begin);
  std::string text(tail.data(), read > 0 ? static_cast<std::size_t>(read) : 0);
  text.erase(text.find_last_not_of(" \r\n") + 1);
  return text.substr(text.rfind('\n') + 1);
}

void ChildProcess::fail(const std::string& what) const {
  const std::string said = last_error_line();
  throw Error(ErrorKind::kFailed, "'" + name_ + "' " + what + (said.empty() ? "" : "; it says: " + said));
}

void ChildProcess::wait_for(int file, short events, const char* what) const {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + patience_;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    pollfd entry{file, events, 0};
    const int ready = ::poll(&entry, 1, static_cast<int>(std::clamp<long long>(left, 0, 1 << 30)));
    if (ready > 0) return;
    if (ready == 0) fail(what + std::string(" for ") + std::to_string(patience_.count()) + " ms");
    if (errno != EINTR) fail(std::string("cannot be waited for: ") + std::strerror(errno));
  }
}

void ChildProcess::write(std::string_view bytes) {
  while (!bytes.empty()) {
    wait_for(input_, POLLOUT, "reads nothing");
    const ssize_t sent = ::send(input_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0)
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    else if (errno != EINTR && errno != EAGAIN)
      fail("has ended before it had read everything");
  }
}

std::string ChildProcess::read_line() {
  for (;;) {
    if (const std::size_t end = unread_.find('\n'); end != std::string::npos) {
      std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      if (line.ends_with('\r')) line.pop_back();
      return line;
    }
    if (unread_.size() > kMostUnread) fail("writes a line without end");
    wait_for(output_, POLLIN, "says nothing");
    std::array<char, 4096> bytes{};
    const ssize_t read = ::read(output_, bytes.data(), bytes.size());
    if (read > 0)
      unread_.append(bytes.data(), static_cast<std::size_t>(read));
    else if (read == 0)
      fail("has ended without an answer");
    else if (errno != EINTR)
      fail(std::string("cannot be read from: ") + std::strerror(errno));
  }
}

void ChildProcess::finish() {
  close_file(input_);
  for (;;) {
    wait_for(output_, POLLIN, "does not end");
    std::array<char, 4096> bytes{};
    const ssize_t read = ::read(output_, bytes.data(), bytes.size());
    if (read == 0) break;
    if (read < 0 && errno != EINTR) fail(std::string("cannot be read from: ") + std::strerror(errno));
  }
  // glibc 2.36 declares pidfd_open() for C alone.
  const int process = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
  if (process < 0) fail(std::string("cannot be waited for: ") + std::strerror(errno));
  try {
    wait_for(process, POLLIN, "does not end");
  } catch (...) {
    ::close(process);
    throw;
  }
  ::close(process);
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  if (WIFSIGNALED(status)) fail("was ended by signal " + std::to_string(WTERMSIG(status)));
  if (WEXITSTATUS(status) != 0) fail("failed with status " + std::to_string(WEXITSTATUS(status)));
}

}  // namespace blip
