// Any bytes as a config.json.
#include "core/checkpoint/config_reader.h"
#include "tests/fuzz/fuzz_bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  blip::fuzz::expect_value_or_error([&] { blip::parse_config({reinterpret_cast<const char*>(data), size}, "fuzz"); });
  return 0;
}
