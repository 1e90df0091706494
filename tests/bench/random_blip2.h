#pragma once

#include <filesystem>
#include <string>

namespace blip::bench {

// Writes a Hugging Face directory of BLIP-2 at its published size with random float16 weights, tensor after tensor:
// `which` is "opt-2.7b" (7.5 GB), "flan-t5-xl" (7.9 GB) or "tiny-opt" (for trying out). It has no tokenizer. Time does
// not depend on the weights.
void write_random_blip2(const std::filesystem::path& folder, const std::string& which);

}  // namespace blip::bench
