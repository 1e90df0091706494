#include "training/data/shard_reader.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>
#include <unordered_set>

#include "core/base/error.h"

namespace blip {
namespace {

constexpr std::size_t kBlockSize = 64 * 1024;
constexpr std::int64_t kHeaderSize = 512;

struct ArchiveDeleter {
  void operator()(archive* handle) const noexcept { archive_read_free(handle); }
};

class FileDescriptor {
 public:
  explicit FileDescriptor(const std::filesystem::path& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (fd_ >= 0) return;
    throw Error(errno == ENOENT ? ErrorKind::kNotFound : ErrorKind::kFailed,
                "cannot read shard '" + path.string() + "': " + std::strerror(errno));
  }
  ~FileDescriptor() { ::close(fd_); }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  int get() const noexcept { return fd_; }

 private:
  int fd_;
};

// The files of an archive from a position on, in its order.
class TarReader {
 public:
  TarReader(const std::filesystem::path& path, std::int64_t position)
      : file_(path), start_(position), handle_(archive_read_new()) {
    if (::lseek(file_.get(), position, SEEK_SET) < 0)
      throw Error(ErrorKind::kFailed, "cannot read shard '" + path.string() + "': " + std::strerror(errno));
    archive_read_support_format_tar(handle_.get());
    if (archive_read_open_fd(handle_.get(), file_.get(), kBlockSize) != ARCHIVE_OK) broken_ = true;
  }

  // False at the end, and where the archive is damaged or ends early.
  bool next() {
    while (!broken_) {
      const int result = archive_read_next_header(handle_.get(), &entry_);
      if (result == ARCHIVE_EOF) return false;
      broken_ = result < ARCHIVE_WARN;
      if (!broken_ && archive_entry_filetype(entry_) == AE_IFREG && archive_entry_pathname(entry_) != nullptr)
        return true;
    }
    return false;
  }

  std::string name() const { return archive_entry_pathname(entry_); }
  std::int64_t size() const { return archive_entry_size(entry_); }
  std::int64_t position() const { return start_ + archive_read_header_position(handle_.get()); }

  std::string bytes() {
    std::string result(static_cast<std::size_t>(size()), '\0');
    const auto got = archive_read_data(handle_.get(), result.data(), result.size());
    broken_ = got != static_cast<la_ssize_t>(result.size());
    return result;
  }

  bool broken() const noexcept { return broken_; }
  std::string reason() const {
    const char* text = archive_error_string(handle_.get());
    return text != nullptr ? text : "ends early";
  }

 private:
  FileDescriptor file_;
  std::int64_t start_;
  std::unique_ptr<archive, ArchiveDeleter> handle_;
  archive_entry* entry_ = nullptr;
  bool broken_ = false;
};

// "a/b.seg.json" is file "seg.json" of sample "a/b".
std::pair<std::string, std::string> split_name(const std::string& name) {
  const std::size_t slash = name.rfind('/');
  const std::size_t dot = name.find('.', slash == std::string::npos ? 0 : slash + 1);
  return dot == std::string::npos ? std::pair(name, std::string())
                                  : std::pair(name.substr(0, dot), name.substr(dot + 1));
}

// What the manifest beside the shard says; nothing if there is no readable one.
std::optional<std::int64_t> manifest_samples(std::filesystem::path shard) {
  std::ifstream in(shard.replace_extension(".json"));
  const auto json = nlohmann::json::parse(in, nullptr, /*allow_exceptions=*/false);
  const auto found = json.is_object() ? json.find("samples") : json.end();
  if (!json.is_object() || found == json.end() || !found->is_number_integer()) return std::nullopt;
  return found->get<std::int64_t>();
}

}  // namespace

ShardIndex index_shard(const std::filesystem::path& shard) {
  ShardIndex index;
  TarReader tar(shard, 0);
  std::error_code error;
  const auto file_size = static_cast<std::int64_t>(std::filesystem::file_size(shard, error));
  if (error) throw Error(ErrorKind::kFailed, "cannot read shard '" + shard.string() + "': " + error.message());

  std::unordered_set<std::string> keys;
  std::string key;
  bool cut = false;
  while (!cut && tar.next()) {
    std::string file_key = split_name(tar.name()).first;
    if (index.positions.empty() || file_key != key) {
      key = std::move(file_key);
      if (!keys.insert(key).second)
        throw Error(ErrorKind::kInvalidData, "shard '" + shard.string() + "': sample '" + key + "' is there twice");
      index.positions.push_back(tar.position());
    }
    cut = tar.position() + kHeaderSize + tar.size() > file_size;
  }
  if (tar.broken() && index.positions.empty()) {
    throw Error(ErrorKind::kInvalidData,
                "shard '" + shard.string() + "' is no tar archive of samples: " + tar.reason());
  }
  // The last sample may lack files where the archive ends.
  if (cut || tar.broken()) index.positions.pop_back();
  const auto usable = static_cast<std::int64_t>(index.positions.size());
  const auto expected = manifest_samples(shard);
  if (cut || tar.broken()) {
    index.warnings.push_back("shard '" + shard.string() + "' is damaged or ends early: " + std::to_string(usable) +
                             (expected ? " of " + std::to_string(*expected) : "") + " samples are usable");
  } else if (expected && *expected != usable) {
    index.warnings.push_back("shard '" + shard.string() + "' holds " + std::to_string(usable) +
                             " samples, its manifest counts " + std::to_string(*expected));
  }
  return index;
}

const std::string* ShardSample::find(const std::string& extension) const noexcept {
  for (const auto& [name, bytes] : files)
    if (name == extension) return &bytes;
  return nullptr;
}

ShardSample read_shard_sample(const std::filesystem::path& shard, std::int64_t position) {
  TarReader tar(shard, position);
  std::error_code error;
  const auto file_size = static_cast<std::int64_t>(std::filesystem::file_size(shard, error));
  ShardSample sample;
  while (tar.next()) {
    auto [key, extension] = split_name(tar.name());
    if (sample.files.empty()) sample.key = key;
    if (key != sample.key) break;
    if (error || tar.position() + kHeaderSize + tar.size() > file_size) break;
    sample.files.emplace_back(std::move(extension), tar.bytes());
    if (tar.broken()) break;
  }
  if (sample.files.empty() || tar.broken()) {
    throw Error(ErrorKind::kInvalidData, "shard '" + shard.string() + "': the sample at byte " +
                                             std::to_string(position) + " is damaged: " + tar.reason());
  }
  return sample;
}

}  // namespace blip
