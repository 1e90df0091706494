#pragma once

#include <string>
#include <vector>

#include "core/checkpoint/tensor_map.h"

namespace blip {

// Fills in what files leave out of the LM head (original names), by views where possible:
// decoder.weight from the decoder's word embeddings; decoder.bias and predictions.bias, which are one parameter, from
// each other. Where both biases are there, decoder.bias wins, as in the original; a bias shorter than the vocabulary
// (files made before [DEC] and [ENC] were added) is padded with zeros. Encoder and decoder are not tied to each other:
// both copies are kept; but a file of all heads whose decoder has only self-attention (leave_out_ties) gets the rest
// from the encoder. Returns warnings, one line each.
std::vector<std::string> fill_ties(TensorMap& tensors);

// Removes what fill_ties() brings back: of a pre-training checkpoint the decoder's tensors that equal the encoder's
// byte for byte, if all do, and of the LM head what equals the word embeddings and the other bias.
void leave_out_ties(TensorMap& tensors);

}  // namespace blip
