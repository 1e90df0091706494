#pragma once

#include "core/model/text_decoder.h"

namespace blip {

// Ties the text decoder to the text encoder as BLIP's pre-training does (arXiv 2201.12086, section 3.2;
// tie_encoder_decoder_weights in models/blip_pretrain.py): they share everything but self-attention, and the LM head's
// last weight is the word embeddings. Both then hold the same tensors. Throws c10::Error where shapes differ.
void share_all_but_self_attention(const Med& encoder, TextDecoder& decoder);

}  // namespace blip
