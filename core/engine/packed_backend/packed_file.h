#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/error.h"

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

// A file of packed weights that is not what its name, key or hashes say.
class DamagedPackedFile : public Error {
 public:
  explicit DamagedPackedFile(const std::string& message) : Error(ErrorKind::kInvalidData, message) {}
};

// Packed weights of an earlier start, by name, mapped privately: what is written there does not reach the file. Entries
// are held against their hashes by check(), so that a part of a model that is not used is not read either.
class PackedFile {
 public:
  // Null when there is no such file. Throws DamagedPackedFile for a file of another key, or whose table is not as its
  // hash says or does not fit the file; the entries are not looked at.
  static std::shared_ptr<const PackedFile> open(const std::filesystem::path& path, const std::string& key);
  // Holds the entries that `which` chooses by name against their hashes: to be done before they are used. Throws
  // DamagedPackedFile.
  void check(const std::function<bool(const std::string& name)>& which, int threads) const;
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
    std::uint64_t hash = 0;
  };
  PackedFile(std::filesystem::path path, std::byte* base, std::size_t size)
      : path_(std::move(path)), base_(base), size_(size) {}

  std::filesystem::path path_;
  std::byte* base_;
  std::size_t size_;
  std::map<std::string, Entry> entries_;
};

}  // namespace blip
