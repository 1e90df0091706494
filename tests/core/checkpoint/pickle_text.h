#pragma once

#include <string>
#include <string_view>

#include "tests/core/checkpoint/checkpoint_support.h"

namespace blip::test {

// Opcodes of protocol 2, spelled out by hand so that they do not share code with the writer under test.
inline std::string p_text(std::string_view text) {
  return "X" + little_endian(text.size(), 4) + std::string(text);
}
inline std::string p_int(std::int64_t value) {
  return "J" + little_endian(static_cast<std::uint64_t>(value), 4);
}
inline std::string p_global(std::string_view module, std::string_view name) {
  return "c" + std::string(module) + "\n" + std::string(name) + "\n";
}
inline std::string p_tuple(const std::vector<std::int64_t>& values) {
  std::string bytes = "(";
  for (const std::int64_t value : values) bytes += p_int(value);
  return bytes + "t";
}
inline std::string p_program(std::string_view body) {
  return "\x80\x02" + std::string(body) + ".";
}

struct TensorText {
  std::string key = "0";
  std::string storage_class = "FloatStorage";
  std::int64_t storage_size = 0;
  std::int64_t offset = 0;
  std::vector<std::int64_t> shape, strides;
  bool legacy = false;  // the persistent id has a sixth item: None
};

inline std::string p_tensor(const TensorText& tensor) {
  return p_global("torch._utils", "_rebuild_tensor_v2") + "((" + p_text("storage") +
         p_global("torch", tensor.storage_class) + p_text(tensor.key) + p_text("cpu") + p_int(tensor.storage_size) +
         (tensor.legacy ? "N" : "") + "tQ" + p_int(tensor.offset) + p_tuple(tensor.shape) + p_tuple(tensor.strides) +
         "\x89" + p_global("collections", "OrderedDict") + ")RtR";
}

inline std::string float_bytes(const std::vector<float>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)};
}

// A zip archive with stored entries, as plain as the format allows: no checksums, no extra fields.
inline std::string zip_of(const std::vector<std::pair<std::string, std::string>>& entries) {
  std::string archive, directory;
  for (const auto& [name, content] : entries) {
    const std::string common = little_endian(20, 2) + little_endian(0, 2) + little_endian(0, 2) + little_endian(0, 4) +
                               little_endian(0, 4) + little_endian(content.size(), 4) +
                               little_endian(content.size(), 4) + little_endian(name.size(), 2) + little_endian(0, 2);
    const std::string zeros = little_endian(0, 6) + little_endian(0, 4);  // comment, disk, attributes
    for (const std::string& part :
         {std::string("PK\x01\x02"), little_endian(20, 2), common, zeros, little_endian(archive.size(), 4), name}) {
      directory += part;
    }
    for (const std::string& part : {std::string("PK\x03\x04"), common, name, content}) archive += part;
  }
  const std::size_t start = archive.size();
  return archive + directory + "PK\x05\x06" + little_endian(0, 4) + little_endian(entries.size(), 2) +
         little_endian(entries.size(), 2) + little_endian(directory.size(), 4) + little_endian(start, 4) +
         little_endian(0, 2);
}

}  // namespace blip::test
