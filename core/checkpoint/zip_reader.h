#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "core/checkpoint/byte_view.h"

namespace blip {

// The entries of a zip archive that stores its files uncompressed, as torch.save writes it; zip64 included.
class ZipReader {
 public:
  struct Entry {
    ByteView bytes;           // a view of the archive
    std::uint32_t crc32 = 0;  // as the archive states it
  };

  // Throws Error(kInvalidData) naming `source` for a truncated or damaged archive and for a compressed or encrypted
  // entry.
  ZipReader(const ByteView& archive, const std::string& source);

  const std::map<std::string, Entry>& entries() const noexcept { return entries_; }
  const Entry* find(const std::string& name) const noexcept;

  // Reads every entry. Throws Error(kInvalidData) naming the first whose bytes are not those that were written.
  void check_checksums() const;

 private:
  std::string source_;
  std::map<std::string, Entry> entries_;
};

}  // namespace blip
