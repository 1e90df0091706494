// Any bytes as a .safetensors file.
#include "core/checkpoint/safetensors_reader.h"
#include "tests/fuzz/fuzz_bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  blip::fuzz::expect_value_or_error(
      [&] { blip::fuzz::touch(blip::read_safetensors(blip::fuzz::view_of(data, size), "fuzz")); });
  return 0;
}
