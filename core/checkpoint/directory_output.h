#pragma once

#include <filesystem>

namespace blip {

// A directory that appears only when it is complete: files go into part(), a new directory beside the target, and
// finish() renames it. Destroyed without finish(), everything is removed.
class DirectoryOutput {
 public:
  // Throws Error(kInvalidArgument) if the target exists and is no empty directory, Error(kFailed) if it cannot be made.
  explicit DirectoryOutput(const std::filesystem::path& target);
  ~DirectoryOutput();
  DirectoryOutput(const DirectoryOutput&) = delete;
  DirectoryOutput& operator=(const DirectoryOutput&) = delete;

  const std::filesystem::path& part() const noexcept { return part_; }
  void finish();  // throws Error(kFailed)

 private:
  std::filesystem::path target_, part_;
};

}  // namespace blip
