#include "tests/pipelines/support/program.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace blip::test {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

struct Channel {
  int read_end = -1, write_end = -1;

  static Channel pipe_pair() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2 failed");
    return {ends[0], ends[1]};
  }
  static Channel terminal_pair() {
    Channel channel;
    winsize size{};
    size.ws_row = 25;
    size.ws_col = 100;
    if (openpty(&channel.read_end, &channel.write_end, nullptr, nullptr, &size) != 0)
      throw std::runtime_error("openpty failed");
    fcntl(channel.read_end, F_SETFD, FD_CLOEXEC);
    fcntl(channel.write_end, F_SETFD, FD_CLOEXEC);
    return channel;
  }
};

[[noreturn]] void become(const std::vector<std::string>& command, const ProgramOptions& options, int in, int out,
                         int err) {
  for (const auto& [name, value] : options.environment)
    value.empty() ? unsetenv(name.c_str()) : setenv(name.c_str(), value.c_str(), 1);
  if (!options.directory.empty() && chdir(options.directory.c_str()) != 0) _exit(126);
  dup2(in, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  std::vector<char*> arguments;
  for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  execvp(arguments[0], arguments.data());
  _exit(127);
}

// Appends what can be read; false at the end.
bool read_some(int descriptor, std::string& text) {
  std::array<char, 4096> bytes;
  const ssize_t count = read(descriptor, bytes.data(), bytes.size());
  if (count > 0) text.append(bytes.data(), static_cast<std::size_t>(count));
  return count > 0;
}

}  // namespace

std::vector<std::string> ProgramResult::out_lines() const {
  return lines_of(out);
}
std::vector<std::string> ProgramResult::err_lines() const {
  return lines_of(err);
}

ProgramResult run_program(const std::vector<std::string>& command, const ProgramOptions& options) {
  Channel in = Channel::pipe_pair();
  if (write(in.write_end, options.input.data(), options.input.size()) != std::ssize(options.input))
    throw std::runtime_error("the input is too long");
  if (!options.open_input) close(std::exchange(in.write_end, -1));
  const Channel out = Channel::pipe_pair();
  const Channel err = options.terminal ? Channel::terminal_pair() : Channel::pipe_pair();
  const pid_t process = fork();
  if (process < 0) throw std::runtime_error("fork failed");
  if (process == 0) become(command, options, in.read_end, out.write_end, err.write_end);
  close(in.read_end);
  close(out.write_end);
  close(err.write_end);

  ProgramResult result;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(2);
  std::array<pollfd, 2> watched{{{out.read_end, POLLIN, 0}, {err.read_end, POLLIN, 0}}};
  while (watched[0].fd >= 0 || watched[1].fd >= 0) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    if (left <= 0 || poll(watched.data(), watched.size(), static_cast<int>(left)) <= 0) {
      kill(process, SIGKILL);
      result.err += "\n(killed after two minutes)\n";
      break;
    }
    if (watched[0].revents != 0) {
      if (!read_some(out.read_end, result.out))
        watched[0].fd = -1;
      else if (options.on_output)
        options.on_output(result.out, process);
    }
    if (watched[1].revents != 0 && !read_some(err.read_end, result.err)) watched[1].fd = -1;
  }
  close(out.read_end);
  close(err.read_end);
  if (in.write_end >= 0) close(in.write_end);
  int status = 0;
  waitpid(process, &status, 0);
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

}  // namespace blip::test
