#pragma once

#include <string>
#include <vector>

namespace blip::synth {

// The entries of vocab.txt, one WordPiece vocabulary for both worlds: BERT's special tokens, marks, digits and letters
// alone and as continuations ("##a"), so that every lower-case ASCII word can be written, then whole words of captions,
// questions, answers and web texts. [DEC] and [ENC] follow after the list, as in BLIP.
std::vector<std::string> word_list();

}  // namespace blip::synth
