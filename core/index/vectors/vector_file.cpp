#include "core/index/vectors/vector_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace blip {
namespace {

// O_NONBLOCK: opening a FIFO must not wait for a writer.
int open_file(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd >= 0) return fd;
  const int code = errno;
  const std::string why = "cannot read '" + path.string() + "': " + std::strerror(code);
  if (code == ENOENT || code == ENOTDIR) throw Error(ErrorKind::kNotFound, why);
  throw DamagedFile(why);
}

}  // namespace

VectorFile::Descriptor::~Descriptor() {
  ::close(fd_);
}

VectorFile::VectorFile(const std::filesystem::path& path) : VectorFile(open_file(path), path) {}

VectorFile::VectorFile(int file, const std::filesystem::path& path) : path_(path), file_(file) {
  if (size_now() < kVectorFilePage) fail("it is not a file of vectors");
  read(&header_, sizeof(header_), 0);
  if (const std::string fault = fault_of(header_); !fault.empty()) fail(fault);
  const auto layout = layout_of(header_.embedding_size, header_.rows, header_.runs);
  if (!layout) fail("its header is damaged");
  layout_ = *layout;
  expect_whole();
  read_tables();
  void* address = ::mmap(nullptr, static_cast<std::size_t>(layout_.end), PROT_READ, MAP_SHARED, file_.get(), 0);
  if (address == MAP_FAILED) fail(std::strerror(errno));
  bytes_ = static_cast<const char*>(address);
  sound_ = std::make_unique<Soundness[]>(static_cast<std::size_t>(layout_.blocks));
}

VectorFile::~VectorFile() {
  ::munmap(const_cast<char*>(bytes_), static_cast<std::size_t>(layout_.end));
}

VectorPlace VectorFile::place() const {
  return {header_.session, header_.sequence, header_.removal};
}

RowLabels VectorFile::labels(std::int64_t block) const {
  const auto index = static_cast<std::size_t>(block);
  const auto* numbers = reinterpret_cast<const std::int64_t*>(
      checked(layout_.labels + block * kLabelsBytes, kLabelsBytes, sums_[index].labels, sound_[index].labels, block));
  return {numbers, numbers + kBlockRows, numbers + 2 * kBlockRows, numbers + 3 * kBlockRows};
}

const Half* VectorFile::values(std::int64_t block) const {
  const auto index = static_cast<std::size_t>(block);
  return reinterpret_cast<const Half*>(checked(kVectorFilePage + block * layout_.values_bytes, layout_.values_bytes,
                                               sums_[index].values, sound_[index].values, block));
}

std::vector<RowRange> VectorFile::rows_of(std::span<const VideoId> videos) const {
  std::vector<RowRange> ranges;
  auto run = runs_.begin();
  for (const VideoId video : videos) {
    run = std::lower_bound(run, runs_.end(), video, [](const VideoRun& r, VideoId id) { return r.video < id; });
    for (; run != runs_.end() && run->video == video; ++run) ranges.push_back({run->first, run->count});
  }
  std::sort(ranges.begin(), ranges.end(), [](const RowRange& a, const RowRange& b) { return a.first < b.first; });
  return ranges;
}

void VectorFile::expect_whole() const {
  const std::int64_t size = size_now();
  if (size != layout_.end) {
    fail("it has " + std::to_string(size) + " bytes where its header says " + std::to_string(layout_.end));
  }
}

std::int64_t VectorFile::size_now() const {
  struct stat status {};
  if (::fstat(file_.get(), &status) != 0) fail(std::strerror(errno));
  if (!S_ISREG(status.st_mode)) fail("it is not a regular file");
  return status.st_size;
}

void VectorFile::read(void* to, std::size_t size, std::int64_t from) const {
  auto* bytes = static_cast<char*>(to);
  while (size > 0) {
    const ssize_t got = ::pread(file_.get(), bytes, size, from);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) fail(got == 0 ? "it ends early" : std::strerror(errno));
    bytes += got;
    size -= static_cast<std::size_t>(got);
    from += got;
  }
}

void VectorFile::read_tables() {
  std::vector<char> tables(static_cast<std::size_t>(layout_.end - layout_.sums));
  read(tables.data(), tables.size(), layout_.sums);
  if (sum_of(tables.data(), tables.size()) != header_.tables_sum) fail("its tables are damaged");
  sums_.resize(static_cast<std::size_t>(layout_.blocks));
  runs_.resize(static_cast<std::size_t>(header_.runs));
  const std::size_t sums_bytes = sums_.size() * sizeof(BlockSums);
  std::copy_n(tables.data(), sums_bytes, reinterpret_cast<char*>(sums_.data()));
  std::copy_n(tables.data() + sums_bytes, tables.size() - sums_bytes, reinterpret_cast<char*>(runs_.data()));
  const bool within = std::all_of(runs_.begin(), runs_.end(), [&](const VideoRun& run) {
    return run.first >= 0 && run.count > 0 && run.first < rows() && run.count <= rows() - run.first;
  });
  if (!within) fail("its tables are damaged");
}

void VectorFile::fail(const std::string& why) const {
  damaged_ = true;
  throw DamagedFile("'" + path_.string() + "' cannot be used: " + why);
}

const char* VectorFile::checked(std::int64_t offset, std::int64_t size, std::uint64_t sum, std::atomic<bool>& sound,
                                std::int64_t block) const {
  const char* bytes = bytes_ + offset;
  if (sound.load(std::memory_order_relaxed)) return bytes;
  expect_whole();
  if (sum_of(bytes, static_cast<std::size_t>(size)) != sum) fail("block " + std::to_string(block) + " is damaged");
  sound.store(true, std::memory_order_relaxed);
  return bytes;
}

}  // namespace blip
