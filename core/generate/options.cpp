#include "core/generate/options.h"

#include <cmath>
#include <sstream>
#include <string_view>

#include "core/base/error.h"

namespace blip {
namespace {

template <class Value>
void require(bool allowed, std::string_view field, Value value, std::string_view range) {
  if (allowed) return;
  std::ostringstream message;
  message << "generation option " << field << " is " << value << ", must be " << range;
  throw Error(ErrorKind::kInvalidArgument, message.str());
}

}  // namespace

void GenerationOptions::validate() const {
  require(num_beams >= 1 && num_beams <= kMaxBeams, "num_beams", num_beams, "from 1 to " + std::to_string(kMaxBeams));
  require(max_length >= 2, "max_length", max_length, "at least 2 (tokens, prompt and [SEP] included)");
  require(min_length >= 0 && min_length <= max_length, "min_length", min_length,
          "from 0 to max_length (" + std::to_string(max_length) + ")");
  require(std::isfinite(length_penalty), "length_penalty", length_penalty, "a finite number");
  require(std::isfinite(repetition_penalty) && repetition_penalty > 0, "repetition_penalty", repetition_penalty,
          "a finite number above 0 (1 = off)");
  const std::int64_t most = sample ? kMaxBeams : num_beams;
  require(num_return >= 1 && num_return <= most, "num_return", num_return,
          "from 1 to " + std::to_string(most) + (sample ? "" : " (num_beams)"));
  require((top_p > 0 || (top_p == 0 && !sample)) && top_p <= 1, "top_p", top_p, "above 0 and at most 1 (1 = off)");
  require(top_k >= 0, "top_k", top_k, "at least 0 (0 = off)");
  require(std::isfinite(temperature) && temperature > 0, "temperature", temperature, "a finite number above 0");
}

}  // namespace blip
