#include "training/eval/packed_numbers.h"

#include <array>
#include <cstring>
#include <string_view>

#include "core/base/error.h"

namespace blip {
namespace {

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string encode(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k) text += i + k <= bytes.size() ? kDigits[group >> (18 - 6 * k) & 63] : '=';
  }
  return text;
}

[[noreturn]] void refuse() {
  throw Error(ErrorKind::kInvalidData, "a packed row of numbers is damaged; expected Base64 of 4-byte values");
}

std::string decode(std::string_view text) {
  static const auto values = [] {
    std::array<int, 256> table{};
    table.fill(-1);
    for (std::size_t i = 0; i < kDigits.size(); ++i)
      table[static_cast<unsigned char>(kDigits[i])] = static_cast<int>(i);
    return table;
  }();
  if (text.size() % 4 != 0) refuse();
  std::size_t fill = 0;
  while (fill < 2 && fill < text.size() && text[text.size() - 1 - fill] == '=') ++fill;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      const int value = i + k >= text.size() - fill ? 0 : values[static_cast<unsigned char>(text[i + k])];
      if (value < 0) refuse();
      group = group << 6 | static_cast<std::uint32_t>(value);
    }
    for (int shift = 16; shift >= 0; shift -= 8) bytes += static_cast<char>(group >> shift & 0xff);
  }
  bytes.resize(bytes.size() - fill);
  return bytes;
}

template <class Value>
std::string pack(std::span<const Value> values) {
  return encode({reinterpret_cast<const char*>(values.data()), values.size_bytes()});
}

template <class Value>
std::vector<Value> unpack(const std::string& text) {
  const std::string bytes = decode(text);
  if (bytes.size() % sizeof(Value) != 0) refuse();
  std::vector<Value> values(bytes.size() / sizeof(Value));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

}  // namespace

std::string pack_floats(std::span<const float> values) {
  return pack(values);
}
std::string pack_indices(std::span<const std::int32_t> values) {
  return pack(values);
}
std::vector<float> unpack_floats(const std::string& text) {
  return unpack<float>(text);
}
std::vector<std::int32_t> unpack_indices(const std::string& text) {
  return unpack<std::int32_t>(text);
}

}  // namespace blip
