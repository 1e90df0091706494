#pragma once

#include "core/generate/options.h"
#include "tests/core/generate/scripted_model.h"

namespace blip::test {

// The case in which the two length rules choose differently. After a prompt of 4 tokens, with 2 beams and at most 8
// tokens:
//   A [SEP]      probability 0.6 * 0.6             = 0.36
//   C D E [SEP]  probability 0.4 * 0.8 * 0.8 * 0.8 = 0.2048
//   A X X X      probability 0.6 * 0.4 * 0.8 * 0.8 = 0.1536, cut off at 8 tokens
struct LengthRuleCase {
  enum : std::int64_t { kSep = 1, kDec = 2, kA = 3, kC = 4, kD = 5, kE = 6, kX = 7 };
  Ids prompt{kDec, 8, 8, 8};

  static LanguageModel model() {
    //         PAD SEP DEC  A    C    D    E    X    8
    return scripted_model(4, {{{}, {0, 0, 0, 0.6, 0.4, 0, 0, 0, 0}},
                              {{kA}, {0, 0.6, 0, 0, 0, 0, 0, 0.4, 0}},
                              {{kC}, {0, 0, 0, 0, 0, 0.8, 0, 0.2, 0}},
                              {{kA, kX}, {0, 0.2, 0, 0, 0, 0, 0, 0.8, 0}},
                              {{kC, kD}, {0, 0, 0, 0, 0, 0, 0.8, 0.2, 0}},
                              {{kA, kX, kX}, {0, 0.2, 0, 0, 0, 0, 0, 0.8, 0}},
                              {{kC, kD, kE}, {0, 0.8, 0, 0, 0, 0, 0, 0.2, 0}}});
  }

  static GenerationOptions options(BeamScoring scoring) {
    GenerationOptions options;
    options.num_beams = 2;
    options.num_return = 2;
    options.min_length = 0;
    options.max_length = 8;
    options.beam_scoring = scoring;
    return options;
  }
};

}  // namespace blip::test
