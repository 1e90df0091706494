#pragma once

#include <cstdint>
#include <string_view>

namespace blip {

// What a Range header asks of a representation of `size` bytes.
struct ByteRange {
  enum class Kind {
    kWhole,          // no range of bytes, or several: the whole is the answer
    kPart,           // first … first + length - 1
    kUnsatisfiable,  // begins behind the end, or is no range
  };
  Kind kind = Kind::kWhole;
  std::uint64_t first = 0;
  std::uint64_t length = 0;
};

// "bytes=0-99", "bytes=100-", "bytes=-100". Ends behind the last byte are cut, as RFC 9110 has it.
ByteRange parse_range(std::string_view header, std::uint64_t size);

}  // namespace blip
