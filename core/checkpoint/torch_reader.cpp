#include "core/checkpoint/torch_reader.h"

#include <string_view>

#include "core/checkpoint/mapped_file.h"
#include "core/checkpoint/message.h"
#include "core/checkpoint/zip_reader.h"

namespace blip {
namespace {

bool starts_with(const ByteView& bytes, std::string_view prefix) {
  return std::string_view(reinterpret_cast<const char*>(bytes.data), bytes.size).starts_with(prefix);
}

bool is_zip(const ByteView& bytes) {
  return starts_with(bytes, "PK");
}

}  // namespace

TensorMap read_torch(const ByteView& bytes, const std::string& source) {
  if (is_zip(bytes)) return read_torch_zip(bytes, source);
  if (starts_with(bytes, "\x80")) return read_torch_legacy(bytes, source);
  throw invalid_data(source, "not a PyTorch checkpoint: neither a zip archive nor a pickle");
}

TensorMap read_torch_file(const std::filesystem::path& path) {
  return read_torch(map_file(path), path.string());
}

void check_torch_checksums(const std::filesystem::path& path) {
  const ByteView bytes = map_file(path);
  if (is_zip(bytes)) ZipReader(bytes, path.string()).check_checksums();
}

}  // namespace blip
