#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "core/text/byte_bpe.h"

namespace blip {

// Learns a byte-level BPE from texts (arXiv 1508.07909): "<s>", "<pad>", "</s>" and "<unk>" are the ids 0 to 3 as in
// OPT, the 256 bytes follow, then the most frequent pair again and again, until there are `vocab_size` tokens or no
// pair comes twice. Of pairs that are equally frequent the one with the lower ids wins, so that equal texts give equal
// tables on every machine. Throws Error(kInvalidArgument) for a vocab_size below 260 or above 1000000, or for no text.
ByteBpeTables train_byte_bpe(std::span<const std::string> texts, std::int64_t vocab_size);

// Writes vocab.json, merges.txt and tokenizer_config.json as load_language_tokenizer() and transformers read them into
// `folder`, which must be there. Throws Error(kFailed).
void write_byte_bpe(const ByteBpeTables& tables, const std::filesystem::path& folder);

}  // namespace blip
