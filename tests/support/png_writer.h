#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace blip::test {

// A PNG file spelled out: uncompressed, filter 0, no library between the test and the bytes.
struct PngSpec {
  std::uint32_t width = 0, height = 0;
  std::uint8_t bit_depth = 8;
  std::uint8_t color_type = 2;          // 0 grey, 2 RGB, 3 palette, 4 grey + alpha, 6 RGB + alpha
  std::vector<std::uint8_t> palette{};  // R, G, B of each entry
  std::vector<std::uint8_t> exif{};
};

namespace png {

inline void append_u32(std::string& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xFF);
}

inline std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t crc = 0xFFFFFFFFu;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (crc & 1 ? 0xEDB88320u : 0u);
  }
  return ~crc;
}

inline void append_chunk(std::string& out, const std::string& type, std::string_view data) {
  append_u32(out, static_cast<std::uint32_t>(data.size()));
  const std::string body = type + std::string(data);
  out += body;
  append_u32(out, crc32(body));
}

// A zlib stream of stored blocks.
inline std::string stored_zlib(std::string_view data) {
  constexpr std::size_t kBlock = 65535;
  std::string out = "\x78\x01";
  for (std::size_t at = 0; at == 0 || at < data.size(); at += kBlock) {
    const std::string_view block = data.substr(at, kBlock);
    const auto size = static_cast<std::uint32_t>(block.size());
    out += static_cast<char>(at + block.size() == data.size());
    for (const std::uint32_t value : {size, ~size}) {
      out += static_cast<char>(value & 0xFF);
      out += static_cast<char>(value >> 8 & 0xFF);
    }
    out += block;
  }
  std::uint32_t a = 1, b = 0;
  for (const char byte : data) {
    a = (a + static_cast<unsigned char>(byte)) % 65521;
    b = (b + a) % 65521;
  }
  append_u32(out, b << 16 | a);
  return out;
}

}  // namespace png

// samples: the rows as PNG packs them, one after the other, without filter bytes.
inline std::string png_bytes(const PngSpec& spec, std::span<const std::uint8_t> samples) {
  constexpr int kChannels[] = {1, 0, 3, 1, 2, 0, 4};
  const std::size_t row = (std::size_t{spec.width} * kChannels[spec.color_type] * spec.bit_depth + 7) / 8;
  if (samples.size() != row * spec.height) throw std::runtime_error("png_bytes: wrong number of samples");
  std::string out = "\x89PNG\r\n\x1A\n", header, rows;
  png::append_u32(header, spec.width);
  png::append_u32(header, spec.height);
  header += {static_cast<char>(spec.bit_depth), static_cast<char>(spec.color_type), 0, 0, 0};
  png::append_chunk(out, "IHDR", header);
  if (!spec.palette.empty())
    png::append_chunk(out, "PLTE", {reinterpret_cast<const char*>(spec.palette.data()), spec.palette.size()});
  if (!spec.exif.empty())
    png::append_chunk(out, "eXIf", {reinterpret_cast<const char*>(spec.exif.data()), spec.exif.size()});
  for (std::size_t y = 0; y < spec.height; ++y) {
    rows += '\0';
    rows.append(reinterpret_cast<const char*>(samples.data()) + y * row, row);
  }
  png::append_chunk(out, "IDAT", png::stored_zlib(rows));
  png::append_chunk(out, "IEND", "");
  return out;
}

inline void write_file(const std::filesystem::path& path, std::string_view bytes) {
  std::ofstream out(path, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!out.flush()) throw std::runtime_error("cannot write " + path.string());
}

// An 8-bit RGB picture, [height, width, 3].
inline void write_png(const std::filesystem::path& path, int width, int height, std::span<const std::uint8_t> rgb) {
  write_file(
      path, png_bytes({.width = static_cast<std::uint32_t>(width), .height = static_cast<std::uint32_t>(height)}, rgb));
}

}  // namespace blip::test
