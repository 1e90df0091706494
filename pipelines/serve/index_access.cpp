#include "pipelines/serve/index_access.h"

#include <sys/stat.h>

#include <utility>

#include "core/index/index_writer.h"

namespace blip {
namespace {

constexpr std::size_t kKept = 8;  // readers that wait for the next request

}  // namespace

IndexAccess::IndexAccess(std::filesystem::path index) : path_(std::move(index)) {
  free_.push_back(std::make_unique<IndexReader>(path_));
}

std::shared_ptr<IndexReader> IndexAccess::reader() {
  std::unique_ptr<IndexReader> reader;
  {
    const std::lock_guard lock(mutex_);
    if (!free_.empty()) {
      reader = std::move(free_.back());
      free_.pop_back();
    }
  }
  if (!reader) reader = std::make_unique<IndexReader>(path_);
  return {reader.release(), [this](IndexReader* used) {
            std::unique_ptr<IndexReader> owned(used);
            const std::lock_guard lock(mutex_);
            if (free_.size() < kKept) free_.push_back(std::move(owned));
          }};
}

void IndexAccess::remove_video(VideoId video) {
  IndexWriter(path_).remove_video(video);
}

std::string IndexAccess::change_mark() const {
  std::string mark;
  for (const char* ending : {"", "-wal"}) {
    struct stat state {};
    if (stat((path_.string() + ending).c_str(), &state) != 0) continue;
    mark += std::to_string(state.st_mtim.tv_sec) + "." + std::to_string(state.st_mtim.tv_nsec) + ":" +
            std::to_string(state.st_size) + ";";
  }
  return mark;
}

}  // namespace blip
