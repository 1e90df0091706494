#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/model/compute_threads.h"
#include "training/distributed/communicator_from_environment.h"

namespace blip::test {

inline int free_port() {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof(address);
  if (::bind(listener, reinterpret_cast<sockaddr*>(&address), length) != 0 ||
      ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length) != 0)
    throw std::runtime_error("no free port");
  ::close(listener);
  return ntohs(address.sin_port);
}

inline void set_rank(int rank, int size, int port) {
  ::setenv("RANK", std::to_string(rank).c_str(), 1);
  ::setenv("WORLD_SIZE", std::to_string(size).c_str(), 1);
  ::setenv("MASTER_ADDR", "127.0.0.1", 1);
  ::setenv("MASTER_PORT", std::to_string(port).c_str(), 1);
}

// Real processes, each of which runs `body` as one rank. EXPECT_* in it counts: a rank that failed one ends with 1.
// Fork before this process has used LibTorch's threads.
class Ranks {
 public:
  Ranks(int size, const std::function<void(Communicator&)>& body, const CommunicatorOptions& options = {}) {
    const int port = free_port();
    std::fflush(nullptr);
    for (int rank = 0; rank < size; ++rank) {
      const pid_t pid = ::fork();
      if (pid == 0) run(rank, size, port, body, options);
      processes_.push_back(pid);
    }
  }
  ~Ranks() {
    for (const pid_t pid : processes_) {
      if (pid <= 0) continue;
      ::kill(pid, SIGKILL);
      ::waitpid(pid, nullptr, 0);
    }
  }
  Ranks(const Ranks&) = delete;
  Ranks& operator=(const Ranks&) = delete;

  // Exit status, 128 + signal where a signal ended it.
  int wait(int rank) {
    int state = 0;
    ::waitpid(processes_[static_cast<std::size_t>(rank)], &state, 0);
    processes_[static_cast<std::size_t>(rank)] = 0;
    return WIFSIGNALED(state) ? 128 + WTERMSIG(state) : WEXITSTATUS(state);
  }

  void expect_all_succeed() {
    for (std::size_t rank = 0; rank < processes_.size(); ++rank)
      EXPECT_EQ(wait(static_cast<int>(rank)), 0) << "rank " << rank;
  }

 private:
  [[noreturn]] static void run(int rank, int size, int port, const std::function<void(Communicator&)>& body,
                               const CommunicatorOptions& options) {
    set_rank(rank, size, port);
    set_compute_threads(1);
    int status = 0;
    try {
      const auto communicator = communicator_from_environment(options);
      body(*communicator);
      status = testing::Test::HasFailure() ? 1 : 0;
    } catch (const std::exception& error) {
      std::fprintf(stderr, "rank %d: %s\n", rank, error.what());
      status = 2;
    }
    std::fflush(nullptr);
    ::_exit(status);
  }

  std::vector<pid_t> processes_;
};

}  // namespace blip::test
