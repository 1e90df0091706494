#include "pipelines/serve/indexing_process.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "core/base/error.h"

namespace blip {
namespace {

// Between fork and exec only what is safe in a signal handler.
[[noreturn]] void become(const char* program, char* const* arguments, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(1);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  signal(SIGPIPE, SIG_DFL);
  dup2(STDERR_FILENO, STDOUT_FILENO);
  execv(program, arguments);
  _exit(127);
}

}  // namespace

IndexingProcess::IndexingProcess(const std::string& program, const std::vector<std::string>& arguments) {
  std::vector<std::string> all = {program};
  all.insert(all.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& argument : all) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  const pid_t parent = getpid();
  process_ = fork();
  if (process_ == 0) become(program.c_str(), pointers.data(), parent);
  if (process_ < 0) throw Error(ErrorKind::kFailed, std::string("cannot start the indexing: ") + std::strerror(errno));
}

IndexingProcess::~IndexingProcess() {
  if (!ended_) kill(process_, SIGINT);
  wait();
}

int IndexingProcess::wait() {
  while (!ended_) {
    const pid_t ended = waitpid(process_, &status_, 0);
    ended_ = ended == process_ || (ended < 0 && errno != EINTR);
  }
  return WIFSIGNALED(status_) ? 128 + WTERMSIG(status_) : WEXITSTATUS(status_);
}

}  // namespace blip
