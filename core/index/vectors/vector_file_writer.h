#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/index/index_reader.h"
#include "core/index/vectors/vector_file.h"
#include "core/index/vectors/vector_file_format.h"

namespace blip {

// The file cannot be written: names it and the reason.
class UnwritableFile : public Error {
 public:
  explicit UnwritableFile(const std::string& message) : Error(ErrorKind::kFailed, message) {}
};

// Writes a file that VectorFile reads, under a name of its own, so that several processes may write at once; finish()
// renames it. Destroyed without that, it leaves nothing. Everything throws UnwritableFile.
// Not flushed to the disk: what a power cut leaves fails its checksums and is made anew.
class VectorFileWriter {
 public:
  VectorFileWriter(const std::filesystem::path& path, std::int64_t embedding_size);
  ~VectorFileWriter();
  VectorFileWriter(const VectorFileWriter&) = delete;
  VectorFileWriter& operator=(const VectorFileWriter&) = delete;

  // Only the first `embedding_size` numbers count.
  void add(SegmentId segment, VideoId video, std::int64_t start, std::int64_t end, std::span<const Half> values);
  std::int64_t rows() const { return rows_; }
  // Whether the rows of most videos do not lie beside each other.
  bool is_scattered() const;
  std::shared_ptr<const VectorFile> finish(const VectorPlace& place);

 private:
  void write_block();
  void write(const void* bytes, std::size_t size, std::int64_t to);
  [[noreturn]] void fail(int code) const;

  const std::filesystem::path path_;
  std::filesystem::path part_;
  int fd_ = -1;
  const std::int64_t embedding_size_, width_;
  std::int64_t rows_ = 0;
  std::vector<Half> values_;          // of the block that is being filled
  std::vector<std::int64_t> labels_;  // of all blocks
  std::vector<BlockSums> sums_;
  std::vector<VideoRun> runs_;
};

}  // namespace blip
