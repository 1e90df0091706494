#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace blip {

// Names of tokens that are no text ("</s>", "<pad>"), found where they are written in one: the leftmost first, of two
// at the same place the longer. Immutable; safe to share.
class SpecialNames {
 public:
  SpecialNames() = default;
  explicit SpecialNames(std::vector<std::pair<std::string, std::int64_t>> names);  // without empty ones

  // What lies between the names, and the names: id -1 for text.
  struct Part {
    std::string_view text;
    std::int64_t id = -1;
  };
  std::vector<Part> split(std::string_view text) const;  // without empty parts; views into `text`

  bool holds(std::int64_t id) const;
  const std::vector<std::pair<std::string, std::int64_t>>& names() const { return names_; }

 private:
  std::vector<std::pair<std::string, std::int64_t>> names_;  // the longest first
};

}  // namespace blip
