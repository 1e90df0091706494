#include "training/capfilt/capfilt_options.h"

#include <cmath>

#include "core/base/error.h"

namespace blip {

GenerationOptions nucleus_decoding() {
  GenerationOptions options;
  options.sample = true;
  options.top_p = 0.9;
  options.top_k = 50;
  options.repetition_penalty = 1.1;
  return options;
}

GenerationOptions beam_decoding() {
  return {};
}

void CapFiltOptions::validate() const {
  constexpr std::int64_t kMostPictures = 4096;
  GenerationOptions all = generation;
  all.num_return = captions;
  if (captions < 1 || (!generation.sample && captions > generation.num_beams)) {
    throw Error(ErrorKind::kInvalidArgument,
                "captions is " + std::to_string(captions) + "; must be at least 1" +
                    (generation.sample ? "" : " and at most the " + std::to_string(generation.num_beams) + " beams"));
  }
  all.validate();
  if (!(threshold >= 0 && threshold <= 1))
    throw Error(ErrorKind::kInvalidArgument, "threshold is " + std::to_string(threshold) + "; must be from 0 to 1");
  if (batch_size < 1 || batch_size > kMostPictures)
    throw Error(ErrorKind::kInvalidArgument, "batch is " + std::to_string(batch_size) + "; must be from 1 to 4096");
}

}  // namespace blip
