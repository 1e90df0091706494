#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace blip::test {

// A program that runs beside the test: a server, a driver. It is ended with SIGTERM, then SIGKILL, by the destructor.
class RunningProgram {
 public:
  // Its stderr goes the way of the test's. Throws std::runtime_error when it cannot be started.
  explicit RunningProgram(const std::vector<std::string>& command,
                          const std::map<std::string, std::string>& environment = {});
  ~RunningProgram();
  RunningProgram(const RunningProgram&) = delete;
  RunningProgram& operator=(const RunningProgram&) = delete;

  // The digits that follow `before` on its stdout. Throws when there are none in time, with what there was.
  int wait_for_number(const std::string& before, std::chrono::seconds within = std::chrono::seconds(30));
  // Waits for its end by itself and returns the exit code.
  int wait();

 private:
  pid_t process_ = -1;
  int out_ = -1;
  std::string text_;  // of stdout so far
};

// Whether a program of this name lies in $PATH.
bool in_path(const std::string& program);

}  // namespace blip::test
