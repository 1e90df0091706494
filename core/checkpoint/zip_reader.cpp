#include "core/checkpoint/zip_reader.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/checkpoint/crc32.h"
#include "core/checkpoint/message.h"

namespace blip {
namespace {

constexpr std::uint32_t kEndSignature = 0x06054b50, kEnd64Signature = 0x06064b50, kLocator64Signature = 0x07064b50;
constexpr std::uint32_t kCentralSignature = 0x02014b50, kLocalSignature = 0x04034b50;
constexpr std::uint64_t kEndSize = 22, kLocatorSize = 20, kEnd64Size = 56, kCentralSize = 46, kLocalSize = 30,
                        kLongestComment = 0xffff;
constexpr std::uint32_t kIn64 = 0xffffffff;  // the value is in the zip64 record instead

struct Directory {
  std::uint64_t offset = 0, size = 0, count = 0;
};

class ArchiveReader {
 public:
  ArchiveReader(const ByteView& archive, const std::string& source) : archive_(archive), source_(source) {}

  std::map<std::string, ZipReader::Entry> read() {
    const Directory directory = find_directory();
    require(directory.offset <= archive_.size && directory.size <= archive_.size - directory.offset,
            "its directory lies outside the file");
    require(directory.count <= directory.size / kCentralSize, "its directory is too short for its entries");
    std::map<std::string, ZipReader::Entry> entries;
    std::uint64_t position = directory.offset;
    for (std::uint64_t i = 0; i < directory.count; ++i)
      read_entry(position, directory.offset + directory.size, entries);
    return entries;
  }

 private:
  void require(bool condition, const std::string& what) const {
    if (!condition) throw invalid_data(source_, "damaged or truncated zip archive: " + what);
  }

  std::uint64_t number(std::uint64_t position, int size) const {
    std::uint64_t value = 0;
    require(position <= archive_.size && static_cast<std::uint64_t>(size) <= archive_.size - position,
            "it ends within a record");
    for (int i = 0; i < size; ++i)
      value |= std::uint64_t{archive_.data[position + static_cast<std::uint64_t>(i)]} << (8 * i);
    return value;
  }

  std::uint64_t find_end() const {
    require(archive_.size >= kEndSize, "it has no end record");
    const std::uint64_t last = archive_.size - kEndSize, first = last - std::min<std::uint64_t>(last, kLongestComment);
    for (std::uint64_t position = last + 1; position-- > first;) {
      if (number(position, 4) == kEndSignature) return position;
    }
    require(false, "it has no end record");
    return 0;
  }

  Directory find_directory() const {
    const std::uint64_t end = find_end();
    Directory directory{number(end + 16, 4), number(end + 12, 4), number(end + 10, 2)};
    if (end >= kLocatorSize && number(end - kLocatorSize, 4) == kLocator64Signature) {
      const std::uint64_t end64 = number(end - kLocatorSize + 8, 8);
      require(end64 <= archive_.size && kEnd64Size <= archive_.size - end64 && number(end64, 4) == kEnd64Signature,
              "its zip64 end record is missing");
      directory = {number(end64 + 48, 8), number(end64 + 40, 8), number(end64 + 32, 8)};
    }
    return directory;
  }

  // Replaces the fields that say kIn64 by those of the zip64 extra field.
  void read_zip64(std::uint64_t extra, std::uint64_t extra_end, const std::array<std::uint64_t*, 3>& fields) const {
    while (extra_end - extra >= 4) {
      const std::uint64_t id = number(extra, 2), size = number(extra + 2, 2);
      extra += 4;
      require(size <= extra_end - extra, "an extra field is too long");
      if (id == 1) {
        std::uint64_t position = extra;
        for (std::uint64_t* field : fields) {
          if (*field != kIn64) continue;
          require(position + 8 <= extra + size, "a zip64 field is too short");
          *field = number(position, 8);
          position += 8;
        }
      }
      extra += size;
    }
  }

  void read_entry(std::uint64_t& position, std::uint64_t end, std::map<std::string, ZipReader::Entry>& entries) const {
    require(end - position >= kCentralSize && number(position, 4) == kCentralSignature, "a directory entry is broken");
    const std::uint64_t flags = number(position + 8, 2), method = number(position + 10, 2);
    const std::uint64_t name_size = number(position + 28, 2), extra_size = number(position + 30, 2),
                        comment_size = number(position + 32, 2);
    std::uint64_t compressed = number(position + 20, 4), size = number(position + 24, 4),
                  local = number(position + 42, 4);
    const std::uint64_t name_at = position + kCentralSize, extra = name_at + name_size,
                        next = extra + extra_size + comment_size;
    require(next <= end, "a directory entry is broken");
    const std::string name(reinterpret_cast<const char*>(archive_.data) + name_at, name_size);
    read_zip64(extra, extra + extra_size, {&size, &compressed, &local});

    if ((flags & 1) != 0) throw invalid_data(source_, "entry " + in_quotes(name) + " of the zip archive is encrypted");
    if (method != 0 || compressed != size) {
      throw invalid_data(source_, "entry " + in_quotes(name) +
                                      " of the zip archive is compressed; torch.save stores entries uncompressed");
    }
    const ByteView bytes = slice(archive_, data_offset(local, name, size), size);
    const auto crc = static_cast<std::uint32_t>(number(position + 16, 4));
    if (!entries.emplace(name, ZipReader::Entry{bytes, crc}).second) {
      throw invalid_data(source_, "entry " + in_quotes(name) + " is twice in the zip archive");
    }
    position = next;
  }

  std::uint64_t data_offset(std::uint64_t local, const std::string& name, std::uint64_t size) const {
    require(local <= archive_.size && kLocalSize <= archive_.size - local && number(local, 4) == kLocalSignature,
            "entry " + in_quotes(name) + " has no header");
    const std::uint64_t name_size = number(local + 26, 2), extra_size = number(local + 28, 2);
    const std::uint64_t data = local + kLocalSize + name_size + extra_size;
    require(data <= archive_.size && size <= archive_.size - data,
            "entry " + in_quotes(name) + " ends outside the file");
    require(std::string_view(reinterpret_cast<const char*>(archive_.data) + local + kLocalSize, name_size) == name,
            "entry " + in_quotes(name) + " has another name in its header");
    return data;
  }

  const ByteView& archive_;
  const std::string& source_;
};

}  // namespace

ZipReader::ZipReader(const ByteView& archive, const std::string& source)
    : source_(source), entries_(ArchiveReader(archive, source).read()) {}

const ZipReader::Entry* ZipReader::find(const std::string& name) const noexcept {
  const auto found = entries_.find(name);
  return found == entries_.end() ? nullptr : &found->second;
}

void ZipReader::check_checksums() const {
  for (const auto& [name, entry] : entries_) {
    if (crc32(entry.bytes.data, entry.bytes.size) != entry.crc32) {
      throw invalid_data(source_, "entry " + in_quotes(name) + " of the zip archive is damaged: its checksum is wrong");
    }
  }
}

}  // namespace blip
