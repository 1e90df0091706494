#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace blip {

// What the repetition penalty of one search takes as said: a sequence as it is, or with something else in the prompt's
// place (DecodeInput::said_before).
class SaidTokens {
 public:
  SaidTokens(std::size_t prompt_length, std::optional<std::vector<std::int64_t>> in_place_of_the_prompt);

  // Of a sequence that begins with the prompt. Valid until the next call, and no longer than `ids`.
  std::span<const std::int64_t> of(std::span<const std::int64_t> ids);

 private:
  std::size_t prompt_length_;
  std::size_t replaced_ = 0;  // tokens in the prompt's place
  bool replaces_ = false;
  std::vector<std::int64_t> said_;  // those, and behind them what was generated
};

}  // namespace blip
