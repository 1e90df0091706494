#include "tests/pipelines/serve/browser/running_program.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cctype>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <sstream>
#include <stdexcept>

namespace blip::test {
namespace {

using Clock = std::chrono::steady_clock;

// A number is whole when something else follows it.
std::optional<int> number_after(const std::string& text, const std::string& before) {
  const std::size_t found = text.find(before);
  if (found == std::string::npos) return std::nullopt;
  const std::size_t begin = found + before.size();
  std::size_t end = begin;
  while (end < text.size() && std::isdigit(static_cast<unsigned char>(text[end])) != 0) ++end;
  if (end == begin || end == text.size()) return std::nullopt;
  return std::stoi(text.substr(begin, end - begin));
}

bool ended_within(pid_t process, std::chrono::milliseconds time) {
  const auto deadline = Clock::now() + time;
  while (waitpid(process, nullptr, WNOHANG) == 0) {
    if (Clock::now() > deadline) return false;
    poll(nullptr, 0, 5);
  }
  return true;
}

}  // namespace

RunningProgram::RunningProgram(const std::vector<std::string>& command,
                               const std::map<std::string, std::string>& environment) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2 failed");
  process_ = fork();
  if (process_ < 0) throw std::runtime_error("fork failed");
  if (process_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    setpgid(0, 0);
    for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
    dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
    dup2(ends[1], STDOUT_FILENO);
    std::vector<char*> arguments;
    for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    execvp(arguments[0], arguments.data());
    _exit(127);
  }
  close(ends[1]);
  out_ = ends[0];
}

RunningProgram::~RunningProgram() {
  if (process_ > 0) {
    kill(process_, SIGTERM);
    if (!ended_within(process_, std::chrono::seconds(8))) {
      kill(-process_, SIGKILL);
      waitpid(process_, nullptr, 0);
    }
  }
  close(out_);
}

int RunningProgram::wait_for_number(const std::string& before, std::chrono::seconds within) {
  const auto deadline = Clock::now() + within;
  while (true) {
    if (const auto number = number_after(text_, before)) return *number;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd watched{out_, POLLIN, 0};
    std::array<char, 4096> bytes;
    ssize_t count = 0;
    if (left > 0 && poll(&watched, 1, static_cast<int>(left)) > 0) count = read(out_, bytes.data(), bytes.size());
    if (count <= 0) throw std::runtime_error("no number after '" + before + "' in: " + text_);
    text_.append(bytes.data(), static_cast<std::size_t>(count));
  }
}

int RunningProgram::wait() {
  int status = 0;
  waitpid(process_, &status, 0);
  process_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool in_path(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path != nullptr ? path : "");
  for (std::string folder; std::getline(folders, folder, ':');)
    if (access((std::filesystem::path(folder) / program).c_str(), X_OK) == 0) return true;
  return false;
}

}  // namespace blip::test
