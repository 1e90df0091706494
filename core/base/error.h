#pragma once

#include <stdexcept>
#include <string>

namespace blip {

// What kind of thing went wrong: callers choose an exit code or an element error by it.
enum class ErrorKind {
  kInvalidArgument,  // an option has a value that is not allowed
  kNotFound,         // a file or directory is not there
  kInvalidData,      // a file is there but is not what it should be
  kUnsupported,      // well-formed, but this build or this checkpoint cannot do it
  kFailed,           // reading, writing or computing failed
  kCancelled,        // whoever asked does not want it any more
};

// An error that the user can act on. The message is one line: what failed, with which values, what would be right.
class __attribute__((visibility("default"))) Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  ErrorKind kind() const noexcept { return kind_; }

 private:
  ErrorKind kind_;
};

}  // namespace blip
