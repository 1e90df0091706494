#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <utility>

namespace blip {

// Writes samples into tar archives as WebDataset names them: FOLDER/000000.tar, 000001.tar, …, whose files are
// KEY.EXTENSION, those of one sample in a row. Beside each lies 000000.json {"samples": n, "failed": n}. An archive
// appears when it is complete. Equal samples give equal bytes. Not thread-safe.
class ShardWriter {
 public:
  // Makes the folder. Throws Error(kInvalidArgument) when it holds archives already or samples_per_shard is below 1,
  // Error(kFailed) when it cannot be made.
  ShardWriter(std::filesystem::path folder, std::int64_t samples_per_shard);
  // Without finish(), the archive begun is removed; complete ones stay.
  ~ShardWriter();
  ShardWriter(const ShardWriter&) = delete;
  ShardWriter& operator=(const ShardWriter&) = delete;

  // `files`: (extension, bytes), such as ("jpg", …), ("json", …). A key may have folders in front; its last part has no
  // dot. Throws Error(kInvalidArgument) for a bad key or extension or a key used just before, Error(kFailed) naming the
  // archive when it cannot be written, for example because the disk is full.
  void add(const std::string& key, std::span<const std::pair<std::string, std::string>> files);

  // Counts a sample that could not be made, for the manifest of the current archive.
  void add_failure() noexcept;

  void finish();  // completes the last archive; nothing may be added afterwards

  std::int64_t samples() const noexcept;   // of all archives
  std::int64_t failures() const noexcept;  // of all archives
  std::int64_t shards() const noexcept;    // begun or complete

 private:
  class Shard;

  std::filesystem::path folder_;
  std::int64_t samples_per_shard_;
  std::int64_t shards_ = 0, samples_ = 0, failures_ = 0, shard_samples_ = 0, shard_failures_ = 0;
  std::string last_key_;
  bool finished_ = false;
  std::unique_ptr<Shard> shard_;

  void close_shard();
};

}  // namespace blip
