#pragma once

#include <filesystem>
#include <string>

#include "core/checkpoint/byte_view.h"
#include "core/checkpoint/tensor_map.h"

namespace blip {

// The safetensors format: 8 bytes header length (little endian), a JSON header {name: {dtype, shape, data_offsets}},
// then the data, which the tensors cover without overlap or hole. Views share the bytes' owner; only a tensor at an
// unaligned address is copied. Throws Error(kInvalidData) naming `source` and the tensor for anything else.
TensorMap read_safetensors(const ByteView& bytes, const std::string& source);

TensorMap read_safetensors_file(const std::filesystem::path& path);

}  // namespace blip
