#pragma once

#include <filesystem>
#include <string>

#include "core/checkpoint/byte_view.h"
#include "core/checkpoint/tensor_map.h"

namespace blip {

// A file that torch.save wrote: `{"model": state_dict, ...}` or a bare state dict. Nothing in it is executed. Tensors
// are views of the bytes where their address and strides allow it. Throws Error(kInvalidData) naming `source`.
TensorMap read_torch(const ByteView& bytes, const std::string& source);  // either format, told apart by the first bytes
TensorMap read_torch_zip(const ByteView& bytes, const std::string& source);     // torch 1.6 and later
TensorMap read_torch_legacy(const ByteView& bytes, const std::string& source);  // before

TensorMap read_torch_file(const std::filesystem::path& path);

// Compares a zip file's checksums with its bytes, all of which it reads; the older format has none. Throws
// Error(kInvalidData).
void check_torch_checksums(const std::filesystem::path& path);

}  // namespace blip
