#include "core/text/language_tokenizer.h"

#include <system_error>

#include "core/base/error.h"
#include "core/text/byte_level_tokenizer.h"
#include "core/text/language_tokenizer_files.h"
#include "core/text/sentence_piece_tokenizer.h"

namespace blip {
namespace {

namespace fs = std::filesystem;

bool is_file(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

// Which of the files that hold a tokenizer is meant by `path`; empty if there is none.
fs::path model_file(const fs::path& path) {
  if (is_file(path)) return path.filename() == "merges.txt" ? path.parent_path() / "vocab.json" : path;
  for (const char* name : {"spiece.model", "tokenizer.json", "vocab.json"}) {
    if (is_file(path / name)) return path / name;
  }
  return {};
}

}  // namespace

std::vector<std::int64_t> LanguageTokenizer::encode(std::string_view text, std::int64_t max_length) const {
  if (max_length < 0) {
    throw Error(ErrorKind::kInvalidArgument,
                "a text cannot be cut at " + std::to_string(max_length) + " tokens; give 1 or more, or 0 for all");
  }
  std::vector<std::int64_t> ids = encode_plain(text);
  const auto room = static_cast<std::size_t>(max_length - 1);
  if (max_length != 0 && ids.size() > room) ids.resize(room);
  if (kind() == LanguageTokenizerKind::kByteBpe) {
    ids.insert(ids.begin(), special().start);
  } else {
    ids.push_back(special().end);
  }
  return ids;
}

std::unique_ptr<LanguageTokenizer> load_language_tokenizer(const fs::path& folder) {
  const fs::path file = model_file(folder);
  if (file.empty()) {
    throw Error(ErrorKind::kNotFound, "'" + folder.string() +
                                          "' holds no language model's tokenizer; looked for spiece.model (T5), "
                                          "tokenizer.json, and vocab.json with merges.txt (OPT)");
  }
  const TokenizerNotes notes = read_tokenizer_notes(file.parent_path());
  if (file.extension() == ".model")
    return std::make_unique<SentencePieceTokenizer>(read_bytes(file), notes, file.string());
  if (file.filename() == "vocab.json") {
    const fs::path merges = file.parent_path() / "merges.txt";
    if (!is_file(merges))
      throw Error(ErrorKind::kNotFound, "'" + file.string() + "' needs the merges.txt that belongs beside it");
    return std::make_unique<ByteLevelTokenizer>(read_vocab_and_merges(file, merges), notes, file.string());
  }
  return std::make_unique<ByteLevelTokenizer>(read_tokenizer_json(file), notes, file.string());
}

}  // namespace blip
