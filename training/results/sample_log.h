#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace blip {

struct LoggedSample {
  std::int64_t index = 0;
  nlohmann::json record;
};

// samples.jsonl: {"index", "key", "record"} a line, appended as samples come. A line is written by one call, so that a
// killed process leaves at most one torn line, the last, which is cut off when the log is opened again.
class SampleLog {
 public:
  // Throws Error(kInvalidData) naming the line that is damaged or has a key for the second time, kFailed.
  explicit SampleLog(std::filesystem::path path);
  ~SampleLog();
  SampleLog(const SampleLog&) = delete;
  SampleLog& operator=(const SampleLog&) = delete;

  const std::map<std::string, LoggedSample>& samples() const noexcept { return samples_; }

  // Throws Error(kInvalidArgument) for a key that is known; kFailed when the line cannot be written, as on a full
  // disk: then the file is as before.
  void append(std::int64_t index, const std::string& key, const nlohmann::json& record);
  void sync();  // to the disk; append() does so every few seconds

 private:
  void read();
  [[noreturn]] void fail(const char* what) const;

  std::filesystem::path path_;
  int file_ = -1;
  std::int64_t size_ = 0;  // bytes
  std::chrono::steady_clock::time_point synced_;
  std::map<std::string, LoggedSample> samples_;
};

// The line of a sample, with its end.
std::string sample_line(std::int64_t index, const std::string& key, const nlohmann::json& record);

// The samples of such a file that nobody writes to. Throws as SampleLog, and Error(kInvalidData) for a torn last line.
std::map<std::string, LoggedSample> read_samples(const std::filesystem::path& path);

}  // namespace blip
