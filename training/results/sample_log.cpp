#include "training/results/sample_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

#include "core/base/error.h"

namespace blip {
namespace {

using json = nlohmann::json;

constexpr std::chrono::seconds kSyncInterval{2};

// Takes whole lines out of a file. Returns the bytes of whole lines.
std::int64_t read_lines(const std::filesystem::path& path, std::map<std::string, LoggedSample>& samples) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return 0;
  std::int64_t bytes = 0;
  std::int64_t number = 0;
  for (std::string line; std::getline(in, line) && !in.eof();) {
    ++number;
    bytes += static_cast<std::int64_t>(line.size()) + 1;
    const auto damaged = [&](const std::string& why) {
      return Error(ErrorKind::kInvalidData, "'" + path.string() + "', line " + std::to_string(number) + " " + why);
    };
    json entry = json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!entry.is_object() || !entry.contains("index") || !entry["index"].is_number_integer() ||
        !entry.contains("key") || !entry["key"].is_string() || !entry.contains("record"))
      throw damaged("is no sample: " + line.substr(0, 60));
    const auto key = entry["key"].get<std::string>();
    if (!samples.emplace(key, LoggedSample{entry["index"].get<std::int64_t>(), std::move(entry["record"])}).second)
      throw damaged("has the sample '" + key + "' for the second time");
  }
  return bytes;
}

}  // namespace

std::string sample_line(std::int64_t index, const std::string& key, const json& record) {
  nlohmann::ordered_json head = {{"index", index}, {"key", key}};
  std::string line = head.dump(-1, ' ', false, json::error_handler_t::replace);
  line.pop_back();
  return line + ",\"record\":" + record.dump(-1, ' ', false, json::error_handler_t::replace) + "}\n";
}

std::map<std::string, LoggedSample> read_samples(const std::filesystem::path& path) {
  std::map<std::string, LoggedSample> samples;
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error) throw Error(ErrorKind::kNotFound, "cannot read '" + path.string() + "': " + error.message());
  if (read_lines(path, samples) != static_cast<std::int64_t>(size))
    throw Error(ErrorKind::kInvalidData, "'" + path.string() + "' ends within a line");
  return samples;
}

SampleLog::SampleLog(std::filesystem::path path) : path_(std::move(path)), synced_(std::chrono::steady_clock::now()) {
  size_ = read_lines(path_, samples_);
  file_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (file_ < 0) fail("write");
  if (::ftruncate(file_, size_) != 0 || ::lseek(file_, size_, SEEK_SET) < 0) {
    const int code = errno;
    ::close(file_);
    errno = code;
    fail("cut the torn last line off");
  }
}

SampleLog::~SampleLog() {
  ::fsync(file_);
  ::close(file_);
}

void SampleLog::fail(const char* what) const {
  throw Error(ErrorKind::kFailed, std::string("cannot ") + what + " '" + path_.string() + "': " + std::strerror(errno));
}

void SampleLog::append(std::int64_t index, const std::string& key, const json& record) {
  if (samples_.contains(key))
    throw Error(ErrorKind::kInvalidArgument, "'" + path_.string() + "' has the sample '" + key + "' already");
  const std::string line = sample_line(index, key, record);
  std::size_t written = 0;
  while (written < line.size()) {
    const ssize_t bytes = ::write(file_, line.data() + written, line.size() - written);
    if (bytes >= 0) {
      written += static_cast<std::size_t>(bytes);
    } else if (errno != EINTR) {
      const int code = errno;
      const bool cut = ::ftruncate(file_, size_) == 0 && ::lseek(file_, size_, SEEK_SET) == size_;
      errno = cut ? code : errno;
      fail("write");
    }
  }
  size_ += static_cast<std::int64_t>(line.size());
  samples_.emplace(key, LoggedSample{index, record});
  if (std::chrono::steady_clock::now() - synced_ > kSyncInterval) sync();
}

void SampleLog::sync() {
  if (::fsync(file_) != 0) fail("write");
  synced_ = std::chrono::steady_clock::now();
}

}  // namespace blip
