#include "core/text/vocabulary.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "core/base/error.h"
#include "core/text/utf8.h"

namespace blip {
namespace {

using nlohmann::json;

constexpr std::int64_t kNoToken = -1;
constexpr const char* kImagePlaceholder = "<image>";

[[noreturn]] void reject(const std::string& source, std::string why) {
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  std::replace_if(why.begin(), why.end(), is_control, '?');  // tokens may hold anything, an error is one line
  throw Error(ErrorKind::kInvalidData, "'" + source + "' is not a WordPiece vocabulary: " + why);
}

std::string read_file(const std::filesystem::path& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) {
    throw Error(ErrorKind::kNotFound,
                "vocabulary '" + path.string() + "' does not exist; give a vocab.txt or tokenizer.json");
  }
  if (std::filesystem::is_directory(status)) {
    throw Error(ErrorKind::kInvalidData, "vocabulary '" + path.string() + "' is a directory; give the vocab.txt in it");
  }
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in.is_open() || in.bad()) throw Error(ErrorKind::kFailed, "cannot read vocabulary '" + path.string() + "'");
  return text;
}

// Puts `token` at place `id`, growing the list; places in between stay empty until their tokens come.
void place(std::vector<std::string>& tokens, const json& id, const std::string& token, const std::string& source) {
  constexpr std::uint64_t kMost = 10'000'000;  // far above any vocabulary; bounds the memory a hostile file can ask for
  if (!id.is_number_unsigned() || id.get<std::uint64_t>() >= kMost) reject(source, "'" + token + "' has no valid id");
  const auto index = id.get<std::size_t>();
  if (index >= tokens.size()) tokens.resize(index + 1);
  if (!tokens[index].empty() && tokens[index] != token) {
    reject(source, "'" + tokens[index] + "' and '" + token + "' share id " + std::to_string(index));
  }
  tokens[index] = token;
}

void check_model(const json& document, const std::string& source) {
  if (!document.is_object() || !document.contains("model") || !document["model"].is_object()) {
    reject(source, "there is no 'model'");
  }
  const json& model = document["model"];
  if (const std::string type = model.value("type", json("WordPiece")).dump(); type != "\"WordPiece\"") {
    throw Error(ErrorKind::kUnsupported,
                "'" + source + "' holds a tokenizer of type " + type + "; BLIP needs WordPiece");
  }
  if (const std::string prefix = model.value("continuing_subword_prefix", json("##")).dump(); prefix != "\"##\"") {
    throw Error(ErrorKind::kUnsupported, "'" + source + "' marks word pieces with " + prefix + "; BLIP needs \"##\"");
  }
  if (!model.contains("vocab") || !model["vocab"].is_object()) reject(source, "there is no 'model.vocab'");
}

}  // namespace

Vocabulary Vocabulary::load(const std::filesystem::path& path, AddedTokens added) {
  const std::string text = read_file(path);
  return path.extension() == ".json" ? parse_tokenizer_json(text, path.string(), added)
                                     : parse_vocab_txt(text, path.string(), added);
}

Vocabulary Vocabulary::parse_vocab_txt(std::string_view text, const std::string& source, AddedTokens added) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::vector<std::string> tokens;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    tokens.emplace_back(line);
  }
  return from_tokens(std::move(tokens), source, added);
}

Vocabulary Vocabulary::parse_tokenizer_json(std::string_view text, const std::string& source,
                                            AddedTokens added_tokens) {
  const auto limit_depth = [&source](int depth, json::parse_event_t, json&) {
    constexpr int kDeepest = 64;  // values are copied and printed by recursion
    if (depth > kDeepest) reject(source, "its JSON is nested more than " + std::to_string(kDeepest) + " deep");
    return true;
  };
  const json document = json::parse(text, limit_depth, /*allow_exceptions=*/false);
  if (document.is_discarded()) reject(source, "it is not valid JSON");
  check_model(document, source);
  std::vector<std::string> tokens;
  for (const auto& [token, id] : document["model"]["vocab"].items()) place(tokens, id, token, source);
  if (const auto added = document.find("added_tokens"); added != document.end()) {
    if (!added->is_array()) reject(source, "'added_tokens' is not a list");
    for (const json& entry : *added) {
      if (!entry.is_object() || !entry.contains("id") || !entry.contains("content") || !entry["content"].is_string()) {
        reject(source, "an entry of 'added_tokens' lacks 'id' or 'content'");
      }
      const auto token = entry["content"].get<std::string>();
      if (token != kImagePlaceholder) place(tokens, entry["id"], token, source);
    }
  }
  return from_tokens(std::move(tokens), source, added_tokens);
}

Vocabulary Vocabulary::from_tokens(std::vector<std::string> tokens, const std::string& source, AddedTokens added) {
  if (tokens.empty()) reject(source, "it is empty");
  Vocabulary result;
  result.source_ = source;
  result.added_ = added;
  result.listed_ = static_cast<std::int64_t>(tokens.size());
  result.tokens_ = std::move(tokens);
  result.tokens_.reserve(result.tokens_.size() + 2);
  result.ids_.reserve(result.tokens_.capacity());
  const auto index = [&](std::int64_t id) {
    const std::string& token = result.tokens_[static_cast<std::size_t>(id)];
    if (token.empty()) reject(source, "entry " + std::to_string(id) + " (from 0) is empty");
    if (!is_utf8(token)) reject(source, "entry " + std::to_string(id) + " (from 0) is not UTF-8");
    const auto [found, is_new] = result.ids_.emplace(token, id);
    if (!is_new) {
      reject(source,
             "'" + token + "' stands at " + std::to_string(found->second) + " and again at " + std::to_string(id));
    }
  };
  for (std::int64_t id = 0; id < result.listed_; ++id) index(id);

  const auto required = [&](const char* token) {
    const auto id = result.find(token);
    if (!id) reject(source, std::string(token) + " is not among its " + std::to_string(result.listed_) + " entries");
    return *id;
  };
  const auto found_or_added = [&](const char* token) {
    if (const auto id = result.find(token)) return *id;
    result.tokens_.emplace_back(token);
    index(result.size() - 1);
    return result.size() - 1;
  };
  SpecialTokens& special = result.special_;
  special.pad = required("[PAD]");
  special.unk = required("[UNK]");
  special.cls = required("[CLS]");
  special.sep = required("[SEP]");
  special.mask = required("[MASK]");
  special.decode = found_or_added("[DEC]");
  special.encode = added == AddedTokens::kDecodeAndEncode ? found_or_added("[ENC]") : kNoToken;
  return result;
}

const std::string& Vocabulary::token(std::int64_t id) const {
  if (id < 0 || id >= size()) {
    throw Error(ErrorKind::kInvalidArgument, "token id " + std::to_string(id) + " is outside the vocabulary of " +
                                                 std::to_string(size()) + " entries");
  }
  return tokens_[static_cast<std::size_t>(id)];
}

std::optional<std::int64_t> Vocabulary::find(std::string_view token) const {
  const auto found = ids_.find(token);
  if (found == ids_.end()) return std::nullopt;
  return found->second;
}

bool Vocabulary::is_special(std::int64_t id) const noexcept {
  const SpecialTokens& s = special_;
  return id == s.pad || id == s.unk || id == s.cls || id == s.sep || id == s.mask || id == s.decode || id == s.encode;
}

void Vocabulary::expect_size(std::int64_t rows) const {
  if (rows == size()) return;
  const std::string behind = added_ == AddedTokens::kDecodeAndEncode ? " ([DEC], [ENC])" : " ([DEC])";
  throw Error(ErrorKind::kInvalidData, "vocabulary '" + source_ + "' has " + std::to_string(listed_) + " entries + " +
                                           std::to_string(size() - listed_) + behind +
                                           ", but the checkpoint's word embeddings have " + std::to_string(rows) +
                                           " rows; give the vocabulary the checkpoint was made with");
}

}  // namespace blip
