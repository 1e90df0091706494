#pragma once

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace blip::test {

// The arrays of a .safetensors file of reference data, read whole. Every error throws std::runtime_error naming the
// file and the array.
class SafetensorsFile {
 public:
  explicit SafetensorsFile(const std::filesystem::path& path) : path_(path.string()) {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw std::runtime_error("cannot open " + path_);
    data_.assign(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    std::uint64_t header = 0;
    if (data_.size() < sizeof header) throw std::runtime_error(path_ + " is too short");
    std::memcpy(&header, data_.data(), sizeof header);
    if (header > data_.size() - sizeof header) throw std::runtime_error(path_ + " has a bad header length");
    const auto begin = data_.begin() + sizeof header;
    const auto json = nlohmann::json::parse(begin, begin + static_cast<std::ptrdiff_t>(header));
    const std::size_t base = sizeof header + header;
    for (const auto& [name, entry] : json.items()) {
      if (name == "__metadata__") continue;
      const auto offsets = entry.at("data_offsets").get<std::vector<std::size_t>>();
      if (offsets.size() != 2 || offsets[0] > offsets[1] || offsets[1] > data_.size() - base) {
        throw std::runtime_error(path_ + ": bad offsets of '" + name + "'");
      }
      arrays_[name] = {entry.at("dtype").get<std::string>(), entry.at("shape").get<std::vector<std::int64_t>>(),
                       base + offsets[0], offsets[1] - offsets[0]};
    }
  }

  bool has(const std::string& name) const { return arrays_.count(name) != 0; }
  std::vector<std::string> names() const {
    std::vector<std::string> result;
    for (const auto& [name, array] : arrays_) result.push_back(name);
    return result;
  }
  const std::vector<std::int64_t>& shape(const std::string& name) const { return find(name).shape; }

  // F32, F16 and BF16, as float.
  std::vector<float> floats(const std::string& name) const {
    const Array& array = find(name);
    if (array.dtype == "F32") return copy<float, float>(array);
    std::vector<float> result;
    if (array.dtype == "F16") {
      for (const std::uint16_t half : copy<std::uint16_t, std::uint16_t>(array)) result.push_back(from_half(half));
    } else if (array.dtype == "BF16") {
      for (const std::uint16_t half : copy<std::uint16_t, std::uint16_t>(array)) {
        result.push_back(from_bits(static_cast<std::uint32_t>(half) << 16));
      }
    } else {
      throw std::runtime_error(path_ + ": '" + name + "' is " + array.dtype + ", not floating point");
    }
    return result;
  }

  // I64, I32, U8 and BOOL, as int64.
  std::vector<std::int64_t> ints(const std::string& name) const {
    const Array& array = find(name);
    if (array.dtype == "I64") return copy<std::int64_t, std::int64_t>(array);
    if (array.dtype == "I32") return copy<std::int32_t, std::int64_t>(array);
    if (array.dtype == "U8" || array.dtype == "BOOL") return copy<std::uint8_t, std::int64_t>(array);
    throw std::runtime_error(path_ + ": '" + name + "' is " + array.dtype + ", not an integer");
  }

  // The raw bytes of any array.
  std::vector<std::uint8_t> bytes(const std::string& name) const {
    return copy<std::uint8_t, std::uint8_t>(find(name));
  }

 private:
  struct Array {
    std::string dtype;
    std::vector<std::int64_t> shape;
    std::size_t offset = 0, size = 0;  // bytes
  };

  const Array& find(const std::string& name) const {
    const auto found = arrays_.find(name);
    if (found == arrays_.end()) throw std::runtime_error(path_ + " has no array '" + name + "'");
    return found->second;
  }

  template <class Stored, class Wanted>
  std::vector<Wanted> copy(const Array& array) const {
    std::vector<Stored> stored(array.size / sizeof(Stored));
    if (!stored.empty()) std::memcpy(stored.data(), data_.data() + array.offset, stored.size() * sizeof(Stored));
    return {stored.begin(), stored.end()};
  }

  static float from_bits(std::uint32_t bits) {
    float value = 0;
    std::memcpy(&value, &bits, sizeof value);
    return value;
  }

  static float from_half(std::uint16_t half) {
    const std::uint32_t sign = (half & 0x8000u) << 16, exponent = (half >> 10) & 31u, fraction = half & 0x3ffu;
    if (exponent == 31) return from_bits(sign | 0x7f800000u | (fraction << 13));
    if (exponent != 0) return from_bits(sign | ((exponent + 112) << 23) | (fraction << 13));
    const float tiny = static_cast<float>(fraction) / 16777216.0f;  // subnormal: fraction x 2^-24
    return sign != 0 ? -tiny : tiny;
  }

  std::string path_;
  std::vector<char> data_;
  std::map<std::string, Array> arrays_;
};

}  // namespace blip::test
