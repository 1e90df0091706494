#include "core/engine/packed_backend/packed_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <new>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/file_output.h"
#include "core/kernels/parallel.h"

namespace blip {
namespace {

constexpr char kMagic[8] = {'B', 'L', 'I', 'P', 'P', 'A', 'C', 'K'};
constexpr std::int64_t kAlignment = 64;

// The file: this, then the table (lines of text: the key, then of each entry its name, size and hash), then the
// entries' bytes from `data` on.
struct Header {
  char magic[8];
  std::uint64_t table_bytes;
  std::uint64_t data;        // offset of the first entry, a multiple of 4096
  std::uint64_t data_bytes;  // of all entries with the gaps between them
  std::uint64_t table_hash;
};

std::int64_t aligned(std::int64_t bytes, std::int64_t to = kAlignment) {
  return (bytes + to - 1) / to * to;
}

std::string hex_of(std::uint64_t value) {
  std::string text(16, '0');
  for (std::size_t i = text.size(); i-- > 0; value >>= 4) text[i] = "0123456789abcdef"[value & 0xf];
  return text;
}

[[noreturn]] void damaged(const std::filesystem::path& path, const std::string& what) {
  throw DamagedPackedFile("packed weights '" + path.string() + "' are damaged: " + what);
}

struct Descriptor {
  int number;
  ~Descriptor() {
    if (number >= 0) close(number);
  }
};

}  // namespace

PackedBytes::PackedBytes(std::int64_t size) : size_(size) {
  void* bytes = std::aligned_alloc(kAlignment, static_cast<std::size_t>(aligned(std::max<std::int64_t>(size, 1))));
  if (bytes == nullptr) throw std::bad_alloc();
  bytes_ = std::shared_ptr<void>(bytes, [](void* memory) { std::free(memory); });
}

PackedFile::~PackedFile() {
  munmap(base_, size_);
}

void* PackedFile::find(const std::string& name, std::int64_t size) const {
  const auto found = entries_.find(name);
  return found == entries_.end() || found->second.size != size ? nullptr : base_ + found->second.offset;
}

std::shared_ptr<const PackedFile> PackedFile::open(const std::filesystem::path& path, const std::string& key) {
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.number < 0 && errno == ENOENT) return nullptr;
  struct stat status {};
  if (file.number < 0 || fstat(file.number, &status) != 0)
    throw Error(ErrorKind::kFailed, "cannot open packed weights '" + path.string() + "': " + std::strerror(errno));
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size < sizeof(Header)) damaged(path, std::to_string(size) + " bytes");
  void* base = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, file.number, 0);
  if (base == MAP_FAILED)
    throw Error(ErrorKind::kFailed, "cannot map packed weights '" + path.string() + "': " + std::strerror(errno));
  std::shared_ptr<PackedFile> opened(new PackedFile(path, static_cast<std::byte*>(base), size));

  Header header;
  std::memcpy(&header, base, sizeof(header));
  if (std::memcmp(header.magic, kMagic, sizeof(kMagic)) != 0) damaged(path, "they do not begin with BLIPPACK");
  if (header.table_bytes > size - sizeof(header) || header.data > size || header.data_bytes != size - header.data ||
      header.data < sizeof(header) + header.table_bytes) {
    damaged(path, "sizes do not add up to " + std::to_string(size) + " bytes");
  }
  const auto* table_bytes = opened->base_ + sizeof(header);
  if (XXH3_64bits(table_bytes, header.table_bytes) != header.table_hash)
    damaged(path, "the table does not have its hash");

  std::string_view table(reinterpret_cast<const char*>(table_bytes), header.table_bytes);
  const auto line = [&] {
    const std::size_t end = std::min(table.find('\n'), table.size());
    const std::string_view taken = table.substr(0, end);
    table.remove_prefix(std::min(end + 1, table.size()));
    return std::string(taken);
  };
  if (line() != key) damaged(path, "they are of another model, precision, CPU or version");
  auto offset = static_cast<std::int64_t>(header.data);
  while (!table.empty()) {
    const std::string name = line();
    Entry entry{offset};
    entry.size = std::strtoll(line().c_str(), nullptr, 10);
    entry.hash = std::strtoull(line().c_str(), nullptr, 16);
    if (entry.size < 0 || entry.size > static_cast<std::int64_t>(size) - offset) damaged(path, "size of " + name);
    opened->entries_[name] = entry;
    offset += aligned(entry.size);
  }
  return opened;
}

void PackedFile::check(const std::function<bool(const std::string& name)>& which, int threads) const {
  std::vector<const Entry*> chosen;
  for (const auto& [name, entry] : entries_)
    if (which(name)) chosen.push_back(&entry);
  std::atomic<bool> as_written{true};
  parallel_for(threads, static_cast<std::int64_t>(chosen.size()), [&](std::int64_t i, int) {
    const Entry& entry = *chosen[static_cast<std::size_t>(i)];
    if (XXH3_64bits(base_ + entry.offset, static_cast<std::size_t>(entry.size)) != entry.hash) as_written = false;
  });
  if (!as_written) damaged(path_, "the weights do not have their hash");
}

void PackedFile::write(const std::filesystem::path& path, const std::string& key,
                       const std::map<std::string, PackedBytes>& entries, int threads) {
  std::map<std::string, std::string> hashes;
  for (const auto& [name, packed] : entries) hashes[name];
  parallel_for(threads, static_cast<std::int64_t>(entries.size()), [&](std::int64_t i, int) {
    const auto& [name, packed] = *std::next(entries.begin(), i);
    hashes.find(name)->second = hex_of(XXH3_64bits(packed.data(), static_cast<std::size_t>(packed.size())));
  });
  std::string table = key + '\n';
  std::int64_t data_bytes = 0;
  for (const auto& [name, packed] : entries) {
    table += name + '\n' + std::to_string(packed.size()) + '\n' + hashes.at(name) + '\n';
    data_bytes += aligned(packed.size());
  }
  Header header{};
  std::memcpy(header.magic, kMagic, sizeof(kMagic));
  header.table_bytes = table.size();
  header.data = static_cast<std::uint64_t>(aligned(static_cast<std::int64_t>(sizeof(header) + table.size()), 4096));
  header.data_bytes = static_cast<std::uint64_t>(data_bytes);
  header.table_hash = XXH3_64bits(table.data(), table.size());

  const std::string gap(static_cast<std::size_t>(kAlignment), '\0');
  FileOutput output(path);
  output.write({reinterpret_cast<const char*>(&header), sizeof(header)});
  output.write(table);
  output.write(std::string(header.data - sizeof(header) - table.size(), '\0'));
  for (const auto& [name, packed] : entries) {
    output.write({static_cast<const char*>(packed.data()), static_cast<std::size_t>(packed.size())});
    output.write(std::string_view(gap).substr(0, static_cast<std::size_t>(aligned(packed.size()) - packed.size())));
  }
  output.finish();
}

}  // namespace blip
