#pragma once

#include <cstdio>
#include <filesystem>
#include <string_view>

namespace blip {

// A file that appears only when it is complete: bytes go to "NAME.part", finish() renames it to NAME.
// Destroyed without finish(), the part is removed and a former NAME stays as it was. Not thread-safe.
class FileOutput {
 public:
  explicit FileOutput(std::filesystem::path path);  // throws Error(kFailed) naming the path and the reason
  ~FileOutput();
  FileOutput(const FileOutput&) = delete;
  FileOutput& operator=(const FileOutput&) = delete;

  void write(std::string_view bytes);  // throws Error(kFailed), for example when the disk is full
  void flush();
  void finish();

 private:
  std::filesystem::path path_, part_;
  std::FILE* file_ = nullptr;
};

}  // namespace blip
