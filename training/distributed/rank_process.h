#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace blip {

// A child process: one rank of a launched program. Killed and reaped when destroyed before it ended.
class RankProcess {
 public:
  struct Command {
    std::string program;
    std::vector<std::string> arguments;
    std::vector<std::string> environment;  // "NAME=value", all of it
    bool quiet = false;                    // stdout goes nowhere, stderr is kept for error_tail()
  };

  explicit RankProcess(const Command& command);  // throws Error(kFailed) when it cannot be started
  ~RankProcess();
  RankProcess(RankProcess&& other) noexcept;
  RankProcess& operator=(RankProcess&&) = delete;

  bool ended() const noexcept { return pid_ < 0; }
  void send(int signal) const noexcept;  // to it and its children; nothing once it has ended
  // True when it has ended since the last call; then status() is set.
  bool poll();
  int status() const noexcept { return status_; }  // exit status, 128 + signal where a signal ended it
  std::string ending() const;                      // "ended with status 3", "was ended by signal 9 (Killed)"
  std::string error_tail() const;                  // the last lines of a quiet process's stderr

 private:
  pid_t pid_ = -1;
  int errors_ = -1;  // file in memory
  int status_ = 0, signal_ = 0;
};

}  // namespace blip
