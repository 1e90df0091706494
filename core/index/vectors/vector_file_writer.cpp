#include "core/index/vectors/vector_file_writer.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <random>
#include <string>
#include <system_error>
#include <utility>

namespace blip {
namespace {

namespace fs = std::filesystem;

// Removes what processes that died have left. Whoever writes a part holds its lock.
void remove_left_parts(const fs::path& path) {
  const std::string prefix = path.filename().string() + ".part-";
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(path.parent_path(), ignored)) {
    if (!entry.path().filename().string().starts_with(prefix)) continue;
    const int fd = ::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) continue;
    struct stat status {};
    // One that was made a moment ago may not be locked yet.
    const bool old = ::fstat(fd, &status) == 0 &&
                     std::chrono::system_clock::now() - std::chrono::system_clock::from_time_t(status.st_mtime) >
                         std::chrono::minutes(1);
    if (old && ::flock(fd, LOCK_EX | LOCK_NB) == 0) ::unlink(entry.path().c_str());
    ::close(fd);
  }
}

}  // namespace

VectorFileWriter::VectorFileWriter(const fs::path& path, std::int64_t embedding_size)
    : path_(fs::absolute(path)), embedding_size_(embedding_size), width_(padded_width(embedding_size)) {
  remove_left_parts(path_);
  part_ = path_.string() + ".part-" + std::to_string(std::random_device{}());
  fd_ = ::open(part_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd_ < 0) fail(errno);
  ::flock(fd_, LOCK_EX | LOCK_NB);
  values_.resize(static_cast<std::size_t>(kBlockRows * width_));
}

VectorFileWriter::~VectorFileWriter() {
  if (fd_ < 0) return;
  ::unlink(part_.c_str());
  ::close(fd_);
}

void VectorFileWriter::add(SegmentId segment, VideoId video, std::int64_t start, std::int64_t end,
                           std::span<const Half> values) {
  const std::int64_t row = rows_ % kBlockRows;
  if (row == 0) labels_.resize(labels_.size() + 4 * kBlockRows);
  std::int64_t* labels = &labels_[labels_.size() - 4 * kBlockRows];
  labels[row] = segment;
  labels[kBlockRows + row] = video;
  labels[2 * kBlockRows + row] = start;
  labels[3 * kBlockRows + row] = end;
  std::copy_n(values.begin(), embedding_size_, values_.begin() + row * width_);
  if (runs_.empty() || runs_.back().video != video) runs_.push_back({video, rows_, 0});
  ++runs_.back().count;
  if (++rows_ % kBlockRows == 0) write_block();
}

void VectorFileWriter::write_block() {
  const std::size_t size = values_.size() * sizeof(Half);
  const auto block = static_cast<std::int64_t>(sums_.size());
  const std::int64_t* labels = &labels_[labels_.size() - 4 * kBlockRows];
  sums_.push_back({sum_of(values_.data(), size), sum_of(labels, kLabelsBytes)});
  write(values_.data(), size, kVectorFilePage + block * static_cast<std::int64_t>(size));
  std::fill(values_.begin(), values_.end(), Half{0});
}

bool VectorFileWriter::is_scattered() const {
  std::vector<VideoId> videos;
  for (const VideoRun& run : runs_) videos.push_back(run.video);
  std::sort(videos.begin(), videos.end());
  const auto different = std::unique(videos.begin(), videos.end()) - videos.begin();
  return std::ssize(runs_) > 2 * different;
}

std::shared_ptr<const VectorFile> VectorFileWriter::finish(const VectorPlace& place) {
  if (rows_ % kBlockRows != 0) write_block();
  std::sort(runs_.begin(), runs_.end(), [](const VideoRun& a, const VideoRun& b) {
    return a.video != b.video ? a.video < b.video : a.first < b.first;
  });
  const auto layout = layout_of(embedding_size_, rows_, std::ssize(runs_));
  if (!layout) fail(EFBIG);
  std::vector<char> tables(static_cast<std::size_t>(layout->end - layout->sums));
  const auto* sums = reinterpret_cast<const char*>(sums_.data());
  const auto* runs = reinterpret_cast<const char*>(runs_.data());
  std::copy_n(runs, runs_.size() * sizeof(VideoRun),
              std::copy_n(sums, sums_.size() * sizeof(BlockSums), tables.begin()));
  VectorFileHeader header{kVectorFileMagic,
                          kVectorFileVersion,
                          place.session,
                          place.sequence,
                          place.removal,
                          embedding_size_,
                          rows_,
                          std::ssize(runs_),
                          sum_of(tables.data(), tables.size()),
                          0};
  header.header_sum = header_sum_of(header);
  char page[kVectorFilePage] = {};
  std::memcpy(page, &header, sizeof(header));
  write(labels_.data(), labels_.size() * sizeof(std::int64_t), layout->labels);
  write(tables.data(), tables.size(), layout->sums);
  write(page, sizeof(page), 0);
  if (::rename(part_.c_str(), path_.c_str()) != 0) fail(errno);
  return std::make_shared<VectorFile>(std::exchange(fd_, -1), path_);
}

void VectorFileWriter::write(const void* bytes, std::size_t size, std::int64_t to) {
  const auto* from = static_cast<const char*>(bytes);
  while (size > 0) {
    const ssize_t put = ::pwrite(fd_, from, size, to);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) fail(errno);
    from += put;
    size -= static_cast<std::size_t>(put);
    to += put;
  }
}

void VectorFileWriter::fail(int code) const {
  throw UnwritableFile("cannot write '" + path_.string() + "': " + std::strerror(code));
}

}  // namespace blip
