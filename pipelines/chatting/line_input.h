#pragma once

#include <optional>
#include <string>

namespace blip {

// Lines of a file descriptor, as they come.
class LineInput {
 public:
  explicit LineInput(int descriptor) : descriptor_(descriptor) {}

  // The next line without its end; nothing at the end, or once `interrupt` (a descriptor) is readable. Throws
  // Error(kFailed) with the system's reason, kInvalidData for a line of more than 64 KiB.
  std::optional<std::string> next(int interrupt);

 private:
  std::optional<std::string> take_line();

  int descriptor_;
  std::string buffer_;
  bool ended_ = false;
};

}  // namespace blip
