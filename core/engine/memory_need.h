#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/tensor_map.h"

namespace blip {

// Memory in bytes that a model's weights take while it runs on a CPU, and what its states take beside them. The
// language model's float weights are those of the mapped file, of which the system may keep a part on disk at the price
// of reading it again for every token: they count as needed.
struct MemoryNeed {
  std::string precision;       // "float32", "bfloat16", "int8", "int4"
  std::uint64_t picture = 0;   // image encoder, Q-Former, heads; BLIP: all of it
  std::uint64_t language = 0;  // language model
  std::uint64_t working = 0;   // keys and values of a conversation over some frames, activations
  std::uint64_t total() const { return picture + language + working; }
};

// The need by precision, from shapes and types alone (`tensors` under the names used inside; no byte is read). float32
// and bfloat16 bring everything but a language model to that type; int8 and int4 hold a language model's layers in
// groups of 64 with a scale of 2 bytes (int4: its head in int8) and read its embeddings row by row where they are
// mapped.
std::vector<MemoryNeed> memory_needs(const TensorMap& tensors, const ModelConfig& config);

// Throws Error(kFailed) before a BLIP-2 is loaded on a CPU that lacks the memory: how much is needed, how much there
// is, which precision fits. `device`, `precision` as in BackendOptions; a CUDA device and BLIP are not
// checked.
void check_memory(const Checkpoint& checkpoint, std::string_view device, std::string_view precision,
                  std::uint64_t available);

std::string gigabytes(std::uint64_t bytes);  // "5.3 GB"

}  // namespace blip
