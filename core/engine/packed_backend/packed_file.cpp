#include "core/engine/packed_backend/packed_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
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
constexpr std::int64_t kHashedTogether = std::int64_t{16} << 20;

// The file: this, then the table (key and entries as lines of text), then the entries' bytes from `data` on.
struct Header {
  char magic[8];
  std::uint64_t table_bytes;
  std::uint64_t data;        // offset of the first entry, a multiple of 4096
  std::uint64_t data_bytes;  // of all entries
  std::uint64_t table_hash, data_hash;
};

std::int64_t aligned(std::int64_t bytes, std::int64_t to = kAlignment) {
  return (bytes + to - 1) / to * to;
}

// Pieces are hashed side by side, then their hashes.
std::uint64_t hash_of(const std::byte* bytes, std::int64_t size, int threads) {
  const std::int64_t pieces = std::max<std::int64_t>(1, (size + kHashedTogether - 1) / kHashedTogether);
  std::vector<std::uint64_t> hashes(static_cast<std::size_t>(pieces));
  parallel_for(threads, pieces, [&](std::int64_t piece, int) {
    const std::int64_t begin = piece * kHashedTogether;
    hashes[static_cast<std::size_t>(piece)] =
        XXH3_64bits(bytes + begin, static_cast<std::size_t>(std::min(kHashedTogether, size - begin)));
  });
  return XXH3_64bits(hashes.data(), hashes.size() * sizeof(hashes[0]));
}

[[noreturn]] void damaged(const std::filesystem::path& path, const std::string& what) {
  throw Error(ErrorKind::kInvalidData, "packed weights '" + path.string() + "' are damaged: " + what);
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

std::shared_ptr<const PackedFile> PackedFile::open(const std::filesystem::path& path, const std::string& key,
                                                   int threads) {
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
  std::shared_ptr<PackedFile> opened(new PackedFile(static_cast<std::byte*>(base), size));

  Header header;
  std::memcpy(&header, base, sizeof(header));
  if (std::memcmp(header.magic, kMagic, sizeof(kMagic)) != 0) damaged(path, "they do not begin with BLIPPACK");
  if (header.table_bytes > size - sizeof(header) || header.data > size || header.data_bytes != size - header.data ||
      header.data < sizeof(header) + header.table_bytes) {
    damaged(path, "sizes do not add up to " + std::to_string(size) + " bytes");
  }
  const auto* table_bytes = opened->base_ + sizeof(header);
  if (hash_of(table_bytes, static_cast<std::int64_t>(header.table_bytes), threads) != header.table_hash)
    damaged(path, "the table does not have its hash");
  if (hash_of(opened->base_ + header.data, static_cast<std::int64_t>(header.data_bytes), threads) != header.data_hash)
    damaged(path, "the weights do not have their hash");

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
    const Entry entry{offset, std::strtoll(line().c_str(), nullptr, 10)};
    if (entry.size < 0 || entry.size > static_cast<std::int64_t>(size) - offset) damaged(path, "size of " + name);
    opened->entries_[name] = entry;
    offset += aligned(entry.size);
  }
  return opened;
}

void PackedFile::write(const std::filesystem::path& path, const std::string& key,
                       const std::map<std::string, PackedBytes>& entries, int threads) {
  std::string table = key + '\n';
  std::int64_t data_bytes = 0;
  for (const auto& [name, packed] : entries) {
    table += name + '\n' + std::to_string(packed.size()) + '\n';
    data_bytes += aligned(packed.size());
  }
  Header header{};
  std::memcpy(header.magic, kMagic, sizeof(kMagic));
  header.table_bytes = table.size();
  header.data = static_cast<std::uint64_t>(aligned(static_cast<std::int64_t>(sizeof(header) + table.size()), 4096));
  header.data_bytes = static_cast<std::uint64_t>(data_bytes);
  header.table_hash =
      hash_of(reinterpret_cast<const std::byte*>(table.data()), static_cast<std::int64_t>(table.size()), threads);

  // Hashed as it will lie in the file, piece by piece over entries and the gaps between them.
  XXH3_state_t* state = XXH3_createState();
  const std::shared_ptr<XXH3_state_t> freed(state, [](XXH3_state_t* s) { XXH3_freeState(s); });
  std::vector<std::uint64_t> hashes;
  std::int64_t in_piece = 0;
  XXH3_64bits_reset(state);
  const auto feed = [&](const char* bytes, std::int64_t size) {
    while (size > 0) {
      const std::int64_t part = std::min(size, kHashedTogether - in_piece);
      XXH3_64bits_update(state, bytes, static_cast<std::size_t>(part));
      bytes += part;
      size -= part;
      in_piece += part;
      if (in_piece < kHashedTogether) continue;
      hashes.push_back(XXH3_64bits_digest(state));
      XXH3_64bits_reset(state);
      in_piece = 0;
    }
  };
  const std::string gap(static_cast<std::size_t>(kAlignment), '\0');
  for (const auto& [name, packed] : entries) {
    feed(static_cast<const char*>(packed.data()), packed.size());
    feed(gap.data(), aligned(packed.size()) - packed.size());
  }
  if (in_piece > 0 || hashes.empty()) hashes.push_back(XXH3_64bits_digest(state));
  header.data_hash = XXH3_64bits(hashes.data(), hashes.size() * sizeof(hashes[0]));

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
