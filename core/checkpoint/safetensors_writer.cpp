#include "core/checkpoint/safetensors_writer.h"

#include <nlohmann/json.hpp>
#include <string>

#include "core/base/file_output.h"

namespace blip {
namespace {

const char* dtype_text(DType dtype) {
  switch (dtype) {
    case DType::kFloat64:
      return "F64";
    case DType::kFloat32:
      return "F32";
    case DType::kFloat16:
      return "F16";
    case DType::kBFloat16:
      return "BF16";
    case DType::kInt64:
      return "I64";
    case DType::kInt32:
      return "I32";
    case DType::kInt16:
      return "I16";
    case DType::kInt8:
      return "I8";
    case DType::kUInt8:
      return "U8";
    case DType::kBool:
      return "BOOL";
  }
  return "";
}

}  // namespace

void write_safetensors(const TensorMap& tensors, const std::filesystem::path& path) {
  constexpr std::size_t kPrefix = 8, kAlignment = 64;
  nlohmann::json header = {{"__metadata__", {{"format", "pt"}}}};
  std::size_t offset = 0;
  for (const auto& [name, view] : tensors) {
    const std::size_t end = offset + view.byte_count();
    header[name] = {{"dtype", dtype_text(view.dtype)}, {"shape", view.shape}, {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text = header.dump();
  text.append((kAlignment - (kPrefix + text.size()) % kAlignment) % kAlignment, ' ');
  std::string prefix(kPrefix, '\0');
  for (std::size_t i = 0; i < kPrefix; ++i) prefix[i] = static_cast<char>(text.size() >> (8 * i));

  FileOutput file(path);
  file.write(prefix + text);
  for (const auto& [name, view] : tensors) file.write({static_cast<const char*>(view.data), view.byte_count()});
  file.finish();
}

}  // namespace blip
