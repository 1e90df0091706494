#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/index/index_reader.h"

namespace blip {

// An index for many threads: each gets a reader of its own while it needs one.
class IndexAccess {
 public:
  explicit IndexAccess(std::filesystem::path index);  // throws what IndexReader throws

  const std::filesystem::path& path() const noexcept { return path_; }
  // Goes back when the last copy does; must not live longer than this.
  std::shared_ptr<IndexReader> reader();
  // Throws what IndexWriter throws: kFailed, naming the process, while another one writes.
  void remove_video(VideoId video);

  // Changes when the index may have changed; costs two stat calls.
  std::string change_mark() const;

 private:
  const std::filesystem::path path_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<IndexReader>> free_;
};

}  // namespace blip
