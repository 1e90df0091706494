#include "training/metrics/ptb_rules.h"

namespace blip::ptb {

Match longest_match(const Text& text, std::size_t at) {
  Match best;
  for (const auto rule : {word_match, address_match, number_match, stop_match, sign_match})
    keep_longer(best, rule(text, at));
  return best;
}

}  // namespace blip::ptb
