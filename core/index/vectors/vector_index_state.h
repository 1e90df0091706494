#pragma once

#include <cstdint>
#include <string>

namespace blip {

struct VectorIndexState {
  std::int64_t rows = 0;    // that answer
  std::int64_t cached = 0;  // rows of the mapped file; the rest is held in memory
  bool rebuilt = false;     // the file was made anew by the last refresh
  std::string warning;      // what was wrong with the file or the index, one line; the scan works in spite of it
};

}  // namespace blip
