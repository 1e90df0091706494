#pragma once

#include <stdexcept>

namespace blip {

// The command line asks for something that cannot be: exit code 2. The message is one line.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace blip
