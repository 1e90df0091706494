#include "core/checkpoint/torch_reader.h"

#include <string_view>

#include "core/checkpoint/mapped_file.h"
#include "core/checkpoint/message.h"

namespace blip {

TensorMap read_torch(const ByteView& bytes, const std::string& source) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data), bytes.size);
  if (text.starts_with("PK")) return read_torch_zip(bytes, source);
  if (text.starts_with('\x80')) return read_torch_legacy(bytes, source);
  throw invalid_data(source, "not a PyTorch checkpoint: neither a zip archive nor a pickle");
}

TensorMap read_torch_file(const std::filesystem::path& path) {
  return read_torch(map_file(path), path.string());
}

}  // namespace blip
