// A whole model: the first two bytes are the picture size asked for, up to a zero byte follows a config.json, then a
// .safetensors file.
#include <algorithm>

#include "core/checkpoint/checkpoint_assembly.h"
#include "core/checkpoint/safetensors_reader.h"
#include "tests/fuzz/fuzz_bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  blip::fuzz::expect_value_or_error([&] {
    blip::CheckpointParts parts;
    parts.source = "fuzz";
    parts.image_size = data[0] | data[1] << 8;
    const std::uint8_t *config = data + 2, *end = data + size, *zero = std::find(config, end, std::uint8_t{0});
    if (zero != config)
      parts.declared = blip::parse_config(
          {reinterpret_cast<const char*>(config), static_cast<std::size_t>(zero - config)}, "config");
    const std::uint8_t* tensors = zero == end ? end : zero + 1;
    parts.tensors =
        blip::read_safetensors(blip::fuzz::view_of(tensors, static_cast<std::size_t>(end - tensors)), "fuzz");
    const blip::Checkpoint checkpoint = blip::assemble_checkpoint(std::move(parts));
    blip::fuzz::touch(checkpoint.tensors);
  });
  return 0;
}
