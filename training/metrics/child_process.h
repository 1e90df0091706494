#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace blip {

// A program that is spoken to through its standard input and output; no shell is between. It lives in a process group
// of its own, so that Ctrl-C stays with the caller, and is killed when this is destroyed. Every call that waits gives
// up after `patience` with Error(kFailed), which names the program and quotes the last line of its standard error.
// Not thread-safe.
class ChildProcess {
 public:
  // arguments[0]: the program's path. Throws Error(kFailed) when it cannot be started.
  ChildProcess(const std::vector<std::string>& arguments, const std::filesystem::path& folder,
               std::chrono::milliseconds patience);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  void write(std::string_view bytes);
  std::string read_line();  // without its end; the program must not end before
  // Closes its input and waits until it ends; what it writes now is thrown away. Throws for another status than 0.
  void finish();

 private:
  [[noreturn]] void fail(const std::string& what) const;
  void wait_for(int file, short events, const char* what) const;
  std::string last_error_line() const;

  std::string name_;
  std::chrono::milliseconds patience_;
  pid_t pid_ = -1;
  int input_ = -1, output_ = -1, errors_ = -1;
  std::string unread_;
};

}  // namespace blip
