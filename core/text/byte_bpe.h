#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace blip {

// A byte-level BPE vocabulary (GPT-2) as it is written down.
struct ByteBpeTables {
  std::vector<std::string> tokens;  // by id, in GPT-2's alphabet of bytes (byte_alphabet.h); "" = no token has the id
  std::vector<std::pair<std::string, std::string>> merges;  // what becomes one token, the earliest first
};

// Byte-pair encoding: the bytes of a word are merged two by two, the earliest rule of the list first, the leftmost
// place first. Immutable; safe to share.
class ByteBpe {
 public:
  // Throws Error(kInvalidData) that names `source`: a byte without a token, a token twice, a rule whose parts or whose
  // result is no token.
  ByteBpe(const ByteBpeTables& tables, const std::string& source);

  // Appends the ids of a word (any bytes) to `ids`, in n log n steps for n bytes.
  void append_ids(std::string_view word, std::vector<std::int64_t>& ids) const;

 private:
  struct Rule {
    std::uint32_t rank = 0;
    std::int32_t result = 0;
  };

  const Rule* rule_of(std::int32_t left, std::int32_t right) const;

  std::array<std::int32_t, 256> byte_ids_{};
  std::unordered_map<std::uint64_t, Rule> rules_;  // by the pair of ids
};

}  // namespace blip
