#include "core/index/vectors/vector_file_format.h"

#include <xxhash.h>

namespace blip {

std::optional<VectorFileLayout> layout_of(std::int64_t embedding_size, std::int64_t rows, std::int64_t runs) {
  constexpr std::int64_t kWidest = 1 << 16, kMost = std::int64_t{1} << 36;
  if (embedding_size < 1 || embedding_size > kWidest || rows < 0 || rows > kMost || runs < 0 || runs > rows) return {};
  VectorFileLayout layout;
  layout.width = padded_width(embedding_size);
  layout.blocks = (rows + kBlockRows - 1) / kBlockRows;
  layout.values_bytes = kBlockRows * layout.width * static_cast<std::int64_t>(sizeof(Half));
  layout.labels = kVectorFilePage + layout.blocks * layout.values_bytes;
  layout.sums = layout.labels + layout.blocks * kLabelsBytes;
  layout.runs = layout.sums + layout.blocks * static_cast<std::int64_t>(sizeof(BlockSums));
  layout.end = layout.runs + runs * static_cast<std::int64_t>(sizeof(VideoRun));
  return layout;
}

std::uint64_t sum_of(const void* bytes, std::size_t size) {
  return XXH3_64bits(bytes, size);
}

std::uint64_t header_sum_of(const VectorFileHeader& header) {
  return sum_of(&header, offsetof(VectorFileHeader, header_sum));
}

std::string fault_of(const VectorFileHeader& header) {
  if (header.magic != kVectorFileMagic) return "it is not a file of vectors";
  if (header.version != kVectorFileVersion) {
    return "it has version " + std::to_string(header.version) + ", expected " + std::to_string(kVectorFileVersion);
  }
  if (header.header_sum != header_sum_of(header)) return "its header is damaged";
  return "";
}

}  // namespace blip
