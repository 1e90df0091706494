#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/generate/decoder_step.h"
#include "core/generate/generated_sequence.h"
#include "core/generate/options.h"

namespace blip {

// Generates for every input, in order: its results best first. All unfinished sequences take part in one step of the
// model; a finished one leaves at once. What one input gives does not depend on the others. On an error every sequence
// that joined has left again. Throws what make_search and the model throw.
std::vector<std::vector<GeneratedSequence>> generate(Decoding& decoding, std::span<const DecodeInput> inputs,
                                                     const GenerationOptions& options, std::int64_t sep);

}  // namespace blip
