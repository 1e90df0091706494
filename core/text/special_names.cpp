#include "core/text/special_names.h"

#include <algorithm>
#include <cstddef>

namespace blip {

SpecialNames::SpecialNames(std::vector<std::pair<std::string, std::int64_t>> names) : names_(std::move(names)) {
  std::stable_sort(names_.begin(), names_.end(),
                   [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
}

std::vector<SpecialNames::Part> SpecialNames::split(std::string_view text) const {
  std::vector<Part> parts;
  // Where each name comes next; looked for again only when that lies behind us, so that the whole takes one pass a
  // name.
  std::vector<std::size_t> next;
  for (const auto& [name, id] : names_) next.push_back(text.find(name));
  for (std::size_t position = 0; position < text.size();) {
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (next[i] < position) next[i] = text.find(names_[i].first, position);
    }
    const auto nearest = std::min_element(next.begin(), next.end());
    const std::size_t at = nearest == next.end() ? std::string_view::npos : *nearest;
    if (at != position) parts.push_back({text.substr(position, at == std::string_view::npos ? at : at - position)});
    if (at == std::string_view::npos) break;
    const auto& [name, id] = names_[static_cast<std::size_t>(nearest - next.begin())];
    parts.push_back({text.substr(at, name.size()), id});
    position = at + name.size();
  }
  return parts;
}

bool SpecialNames::holds(std::int64_t id) const {
  return std::any_of(names_.begin(), names_.end(), [id](const auto& entry) { return entry.second == id; });
}

}  // namespace blip
