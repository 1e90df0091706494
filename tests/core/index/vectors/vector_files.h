#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/index/vectors/vector_file_writer.h"
#include "tests/core/index/vectors/random_rows.h"

namespace blip::test {

inline void write_rows(const std::filesystem::path& path, const std::vector<Row>& rows, std::int64_t size,
                       const VectorPlace& place = {}) {
  VectorFileWriter writer(path, size);
  for (const Row& row : rows) writer.add(row.segment, row.video, row.start, row.end, row.values);
  writer.finish(place);
}

inline void flip_bit(const std::filesystem::path& path, std::int64_t byte, int bit = 0) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(byte);
  const int value = file.get() ^ (1 << bit);
  file.seekp(byte);
  file.put(static_cast<char>(value));
}

inline void write_text(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

}  // namespace blip::test
