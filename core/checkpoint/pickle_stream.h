#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace blip {

// Reads the arguments of pickle opcodes, never past the end: every function throws Error(kInvalidData) naming `source`
// when bytes run out.
class PickleStream {
 public:
  // `source` must outlive the stream.
  PickleStream(std::span<const std::uint8_t> bytes, const std::string& source) : bytes_(bytes), source_(source) {}

  std::size_t position() const noexcept { return position_; }
  std::uint8_t opcode() { return take(1)[0]; }
  std::uint64_t unsigned_le(std::size_t size);  // size: 1 to 8 bytes
  std::uint64_t unsigned_be(std::size_t size);
  std::string_view text(std::uint64_t size);  // a view into the bytes
  std::string_view line();                    // up to a newline, which is consumed

 private:
  std::span<const std::uint8_t> take(std::uint64_t size);

  std::span<const std::uint8_t> bytes_;
  const std::string& source_;
  std::size_t position_ = 0;
};

}  // namespace blip
