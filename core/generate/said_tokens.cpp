#include "core/generate/said_tokens.h"

#include <utility>

namespace blip {

SaidTokens::SaidTokens(std::size_t prompt_length, std::optional<std::vector<std::int64_t>> in_place_of_the_prompt)
    : prompt_length_(prompt_length), replaces_(in_place_of_the_prompt.has_value()) {
  if (!replaces_) return;
  said_ = std::move(*in_place_of_the_prompt);
  replaced_ = said_.size();
}

std::span<const std::int64_t> SaidTokens::of(std::span<const std::int64_t> ids) {
  if (!replaces_) return ids;
  const auto generated = ids.subspan(prompt_length_);
  said_.resize(replaced_);
  said_.insert(said_.end(), generated.begin(), generated.end());
  return said_;
}

}  // namespace blip
