#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/text/byte_bpe.h"

namespace blip {

// What Hugging Face's small files beside a tokenizer say of it: special_tokens_map.json, tokenizer_config.json,
// added_tokens.json, and of tokenizer.json the added tokens. Files that are not there say nothing.
struct TokenizerNotes {
  std::optional<std::string> start, end, pad, unk;          // names: bos_token, eos_token, pad_token, unk_token
  std::vector<std::pair<std::string, std::int64_t>> added;  // tokens with ids of their own, "<image>" among them
  std::int64_t extra_ids = 100;                             // T5: how many <extra_id_N> follow the pieces
};

// Each throws Error(kInvalidData) that names the file for one that is not what it should be, kFailed when it cannot be
// read.
TokenizerNotes read_tokenizer_notes(const std::filesystem::path& folder);
ByteBpeTables read_vocab_and_merges(const std::filesystem::path& vocab, const std::filesystem::path& merges);
ByteBpeTables read_tokenizer_json(const std::filesystem::path& file);  // kUnsupported unless it holds a byte-level BPE

std::string read_bytes(const std::filesystem::path& file);  // throws Error(kFailed)

}  // namespace blip
