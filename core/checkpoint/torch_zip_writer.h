#pragma once

#include "core/base/file_output.h"
#include "core/checkpoint/tensor_map.h"

namespace blip {

// Writes {"model": OrderedDict of the tensors} as torch.save does since 1.6: a zip archive of uncompressed entries,
// data on multiples of 64 bytes. Tensors that are views of the same bytes share a storage. `file` is not finished.
// Throws Error(kUnsupported) above 4 GiB.
void write_torch_zip(const TensorMap& tensors, FileOutput& file);

}  // namespace blip
