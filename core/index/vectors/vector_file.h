#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/index/index_reader.h"
#include "core/index/vectors/row_blocks.h"
#include "core/index/vectors/vector_file_format.h"

namespace blip {

// The file is there but cannot be used: names it and the reason.
class DamagedFile : public Error {
 public:
  explicit DamagedFile(const std::string& message) : Error(ErrorKind::kInvalidData, message) {}
};

// Rows of a mapped file that VectorFileWriter wrote. Opening reads the header and the tables; the numbers and labels of
// a block are held against their checksums when they are first asked for. A file that is renamed over this one does not
// change it.
class VectorFile : public RowBlocks {
 public:
  // Throws Error(kNotFound) where there is none, DamagedFile for what is not such a file, whole.
  explicit VectorFile(const std::filesystem::path& path);
  // The same of an open file, which it closes; `path` is for messages.
  VectorFile(int file, const std::filesystem::path& path);
  ~VectorFile() override;
  VectorFile(const VectorFile&) = delete;
  VectorFile& operator=(const VectorFile&) = delete;

  VectorPlace place() const;
  std::int64_t embedding_size() const { return header_.embedding_size; }

  std::int64_t rows() const override { return header_.rows; }
  std::int64_t width() const override { return layout_.width; }
  RowLabels labels(std::int64_t block) const override;
  const Half* values(std::int64_t block) const override;
  std::vector<RowRange> rows_of(std::span<const VideoId> videos) const override;

  // Throws DamagedFile when the file was cut off since, so that its pages cannot be read any more.
  void expect_whole() const;
  // Whether one of the calls has thrown DamagedFile.
  bool is_damaged() const { return damaged_; }

 private:
  class Descriptor {
   public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor();
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return fd_; }

   private:
    int fd_;
  };

  std::int64_t size_now() const;
  void read(void* to, std::size_t size, std::int64_t from) const;
  void read_tables();
  [[noreturn]] void fail(const std::string& why) const;
  const char* checked(std::int64_t offset, std::int64_t size, std::uint64_t sum, std::atomic<bool>& sound,
                      std::int64_t block) const;

  const std::filesystem::path path_;
  const Descriptor file_;
  VectorFileHeader header_;
  VectorFileLayout layout_;
  std::vector<BlockSums> sums_;
  std::vector<VideoRun> runs_;
  const char* bytes_ = nullptr;
  struct Soundness {
    std::atomic<bool> values = false, labels = false;
  };
  std::unique_ptr<Soundness[]> sound_;  // of each block, once it was looked at
  mutable std::atomic<bool> damaged_ = false;
};

}  // namespace blip
