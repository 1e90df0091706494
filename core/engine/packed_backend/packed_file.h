#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

namespace blip {

// Memory aligned to 64 bytes, shared by its copies.
class PackedBytes {
 public:
  explicit PackedBytes(std::int64_t size);
  void* data() const { return bytes_.get(); }
  std::int64_t size() const { return size_; }
  std::shared_ptr<const void> owner() const { return bytes_; }

 private:
  std::shared_ptr<void> bytes_;
  std::int64_t size_;
};

// Packed weights of an earlier start, by name, mapped privately: what is written there does not reach the file. Every
// byte is held against the hash in the file before it is used.
class PackedFile {
 public:
  // Null when there is no such file. Throws Error(kInvalidData) for a file that is not what its name, `key` and its
  // hash say.
  static std::shared_ptr<const PackedFile> open(const std::filesystem::path& path, const std::string& key, int threads);
  // Writes to a temporary and renames. Throws Error(kFailed), for example when the disk is full.
  static void write(const std::filesystem::path& path, const std::string& key,
                    const std::map<std::string, PackedBytes>& entries, int threads);

  void* find(const std::string& name, std::int64_t size) const;  // null when it is not there or of another size
  ~PackedFile();
  PackedFile(const PackedFile&) = delete;
  PackedFile& operator=(const PackedFile&) = delete;

 private:
  struct Entry {
    std::int64_t offset = 0, size = 0;
  };
  PackedFile(std::byte* base, std::size_t size) : base_(base), size_(size) {}

  std::byte* base_;
  std::size_t size_;
  std::map<std::string, Entry> entries_;
};

}  // namespace blip
