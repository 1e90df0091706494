#include "training/data/shard_writer.h"

#include <archive.h>
#include <archive_entry.h>

#include <cerrno>
#include <cstdio>
#include <string_view>
#include <system_error>

#include "core/base/error.h"
#include "core/base/file_output.h"

namespace blip {
namespace {

constexpr int kFileMode = 0644;

struct ArchiveDeleter {
  void operator()(archive* handle) const noexcept { archive_write_free(handle); }
};
struct EntryDeleter {
  void operator()(archive_entry* entry) const noexcept { archive_entry_free(entry); }
};

std::string shard_name(std::int64_t number) {
  char name[32];
  std::snprintf(name, sizeof name, "%06lld", static_cast<long long>(number));
  return name;
}

void check_key(const std::string& key) {
  const std::filesystem::path path(key);
  bool good = !key.empty() && path.is_relative() && path.has_filename() && key.find('\0') == std::string::npos &&
              path.filename().string().find('.') == std::string::npos;
  for (const auto& part : path) good = good && part != ".." && part != ".";
  if (!good) {
    throw Error(ErrorKind::kInvalidArgument,
                "shard key '" + key + "' is not usable; give a relative name whose last part has no dot");
  }
}

void check_extension(const std::string& key, const std::string& extension) {
  if (!extension.empty() && extension.find_first_of(std::string_view("/\0", 2)) == std::string::npos) return;
  throw Error(ErrorKind::kInvalidArgument,
              "shard sample '" + key + "' has a file with extension '" + extension + "'; give one such as 'jpg'");
}

}  // namespace

// One archive being written: the bytes go to NAME.part until it is complete.
class ShardWriter::Shard {
 public:
  explicit Shard(const std::filesystem::path& path) : output_(path), path_(path), handle_(archive_write_new()) {
    check(archive_write_set_format_pax_restricted(handle_.get()));
    check(archive_write_add_filter_none(handle_.get()));
    check(archive_write_open(handle_.get(), this, nullptr, &Shard::write_bytes, nullptr));
  }

  void add(const std::string& name, const std::string& bytes) {
    const std::unique_ptr<archive_entry, EntryDeleter> entry(archive_entry_new());
    archive_entry_set_pathname(entry.get(), name.c_str());
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), kFileMode);
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(bytes.size()));
    archive_entry_set_mtime(entry.get(), 0, 0);
    check(archive_write_header(handle_.get(), entry.get()));
    if (archive_write_data(handle_.get(), bytes.data(), bytes.size()) != static_cast<la_ssize_t>(bytes.size()))
      check(ARCHIVE_FATAL);
  }

  void finish() {
    check(archive_write_close(handle_.get()));
    output_.finish();
  }

 private:
  static la_ssize_t write_bytes(archive* handle, void* self, const void* bytes, std::size_t size) {
    try {
      static_cast<Shard*>(self)->output_.write({static_cast<const char*>(bytes), size});
      return static_cast<la_ssize_t>(size);
    } catch (const std::exception& error) {
      archive_set_error(handle, EIO, "%s", error.what());
      return -1;
    }
  }

  void check(int result) {
    if (result >= ARCHIVE_WARN) return;
    const char* reason = archive_error_string(handle_.get());
    throw Error(ErrorKind::kFailed,
                "cannot write shard '" + path_.string() + "': " + (reason != nullptr ? reason : "unknown reason"));
  }

  FileOutput output_;
  std::filesystem::path path_;
  std::unique_ptr<archive, ArchiveDeleter> handle_;
};

ShardWriter::ShardWriter(std::filesystem::path folder, std::int64_t samples_per_shard)
    : folder_(std::move(folder)), samples_per_shard_(samples_per_shard) {
  if (samples_per_shard_ < 1) {
    throw Error(ErrorKind::kInvalidArgument,
                "samples per shard is " + std::to_string(samples_per_shard_) + "; must be at least 1");
  }
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error) throw Error(ErrorKind::kFailed, "cannot make folder '" + folder_.string() + "': " + error.message());
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
    if (entry.path().extension() != ".tar") continue;
    throw Error(ErrorKind::kInvalidArgument, "folder '" + folder_.string() + "' holds shards already ('" +
                                                 entry.path().filename().string() + "'); give an empty one");
  }
}

ShardWriter::~ShardWriter() = default;

void ShardWriter::add(const std::string& key, std::span<const std::pair<std::string, std::string>> files) {
  if (finished_) throw Error(ErrorKind::kInvalidArgument, "shards in '" + folder_.string() + "' are finished");
  check_key(key);
  if (files.empty()) throw Error(ErrorKind::kInvalidArgument, "shard sample '" + key + "' has no files");
  if (key == last_key_) throw Error(ErrorKind::kInvalidArgument, "shard key '" + key + "' is used twice in a row");
  for (const auto& [extension, bytes] : files) check_extension(key, extension);
  if (!shard_) shard_ = std::make_unique<Shard>(folder_ / (shard_name(shards_++) + ".tar"));
  for (const auto& [extension, bytes] : files) shard_->add(key + "." + extension, bytes);
  last_key_ = key;
  ++samples_;
  if (++shard_samples_ == samples_per_shard_) close_shard();
}

void ShardWriter::add_failure() noexcept {
  ++failures_;
  ++shard_failures_;
}

void ShardWriter::close_shard() {
  shard_->finish();
  FileOutput manifest(folder_ / (shard_name(shards_ - 1) + ".json"));
  manifest.write("{\"samples\": " + std::to_string(shard_samples_) +
                 ", \"failed\": " + std::to_string(shard_failures_) + "}\n");
  manifest.finish();
  shard_.reset();
  shard_samples_ = shard_failures_ = 0;
}

void ShardWriter::finish() {
  if (shard_) close_shard();
  finished_ = true;
}

std::int64_t ShardWriter::samples() const noexcept {
  return samples_;
}

std::int64_t ShardWriter::failures() const noexcept {
  return failures_;
}

std::int64_t ShardWriter::shards() const noexcept {
  return shards_;
}

}  // namespace blip
