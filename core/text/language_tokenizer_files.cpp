#include "core/text/language_tokenizer_files.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <system_error>

#include "core/base/error.h"
#include "core/text/utf8.h"

namespace blip {
namespace {

using nlohmann::json;

constexpr std::uint64_t kMostIds = 10'000'000;  // far above any vocabulary; bounds what a hostile file can ask for
constexpr std::size_t kMostAdded = 10'000;      // the same for added tokens
constexpr int kDeepest = 64;                    // values are destroyed and printed by recursion

[[noreturn]] void reject(const std::filesystem::path& file, std::string why) {
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  std::replace_if(why.begin(), why.end(), is_control, '?');  // tokens may hold anything, an error is one line
  throw Error(ErrorKind::kInvalidData, "'" + file.string() + "' is damaged: " + why);
}

// The object in `file`; without its member "model" unless `with_model`.
json read_object(const std::filesystem::path& file, bool with_model = true) {
  const std::string text = read_bytes(file);
  const auto filter = [&](int depth, json::parse_event_t event, json& value) {
    if (depth > kDeepest) reject(file, "its JSON is nested more than " + std::to_string(kDeepest) + " deep");
    return with_model || depth != 1 || event != json::parse_event_t::key || value != "model";
  };
  json document = json::parse(text, filter, /*allow_exceptions=*/false);
  if (document.is_discarded()) reject(file, "it is not valid JSON");
  if (!document.is_object()) reject(file, "it is not a JSON object");
  return document;
}

std::optional<json> object_if_there(const std::filesystem::path& file, bool with_model = true) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) return std::nullopt;
  return read_object(file, with_model);
}

std::int64_t token_id(const json& id, const std::string& token, const std::filesystem::path& file) {
  if (!id.is_number_unsigned() || id.get<std::uint64_t>() >= kMostIds) reject(file, "'" + token + "' has no valid id");
  return id.get<std::int64_t>();
}

// A name written as "</s>" or {"content": "</s>", …}.
std::optional<std::string> name_in(const json& document, const char* key) {
  const auto found = document.find(key);
  if (found == document.end()) return std::nullopt;
  if (found->is_string() && !found->get_ref<const std::string&>().empty()) return found->get<std::string>();
  if (found->is_object() && found->contains("content") && found->at("content").is_string())
    return found->at("content").get<std::string>();
  return std::nullopt;
}

void note_names(const json& document, TokenizerNotes& notes) {
  const auto note = [&](const char* key, std::optional<std::string>& name) {
    if (!name) name = name_in(document, key);
  };
  note("bos_token", notes.start);
  note("eos_token", notes.end);
  note("pad_token", notes.pad);
  note("unk_token", notes.unk);
}

void add_token(TokenizerNotes& notes, const std::string& name, std::int64_t id, const std::filesystem::path& file) {
  if (name.empty()) return;
  if (notes.added.size() >= kMostAdded) reject(file, "it adds more than " + std::to_string(kMostAdded) + " tokens");
  const auto same = [&](const auto& entry) { return entry.first == name; };
  if (std::none_of(notes.added.begin(), notes.added.end(), same)) notes.added.emplace_back(name, id);
}

std::vector<std::string> tokens_by_id(const json& vocab, const std::filesystem::path& file) {
  if (!vocab.is_object() || vocab.empty()) reject(file, "the vocabulary is not a list of tokens with ids");
  std::vector<std::string> tokens;
  for (const auto& [token, id] : vocab.items()) {
    if (token.empty()) reject(file, "it has an empty token");
    if (!is_utf8(token)) reject(file, "a token is not UTF-8");
    const auto index = static_cast<std::size_t>(token_id(id, token, file));
    if (index >= tokens.size()) tokens.resize(index + 1);
    if (!tokens[index].empty())
      reject(file, "'" + tokens[index] + "' and '" + token + "' share id " + std::to_string(index));
    tokens[index] = token;
  }
  if (tokens.size() > 2 * vocab.size() + 1000) {
    reject(file, "its " + std::to_string(vocab.size()) + " tokens have ids up to " + std::to_string(tokens.size() - 1));
  }
  return tokens;
}

// "a b" as the pair it is.
std::pair<std::string, std::string> pair_of(const std::string& line, const std::filesystem::path& file,
                                            std::size_t number) {
  const std::size_t blank = line.find(' ');
  if (blank == 0 || blank == std::string::npos || blank + 1 == line.size() ||
      line.find(' ', blank + 1) != std::string::npos)
    reject(file, "merge " + std::to_string(number) + " is '" + line.substr(0, 40) + "', expected two tokens");
  return {line.substr(0, blank), line.substr(blank + 1)};
}

}  // namespace

std::string read_bytes(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in.is_open() || in.bad()) throw Error(ErrorKind::kFailed, "cannot read '" + file.string() + "'");
  return bytes;
}

TokenizerNotes read_tokenizer_notes(const std::filesystem::path& folder) {
  TokenizerNotes notes;
  if (const auto map = object_if_there(folder / "special_tokens_map.json")) note_names(*map, notes);
  if (const auto config = object_if_there(folder / "tokenizer_config.json")) {
    note_names(*config, notes);
    if (const auto extra = config->find("extra_ids"); extra != config->end()) {
      const std::filesystem::path file = folder / "tokenizer_config.json";
      notes.extra_ids = token_id(*extra, "extra_ids", file);
      if (static_cast<std::size_t>(notes.extra_ids) > kMostAdded)
        reject(file, "it has " + std::to_string(notes.extra_ids) + " extra_ids");
    }
  }
  const std::filesystem::path added = folder / "added_tokens.json", whole = folder / "tokenizer.json";
  if (const auto list = object_if_there(added)) {
    for (const auto& [name, id] : list->items()) add_token(notes, name, token_id(id, name, added), added);
  }
  if (const auto document = object_if_there(whole, /*with_model=*/false)) {
    const auto list = document->find("added_tokens");
    if (list == document->end()) return notes;
    if (!list->is_array()) reject(whole, "'added_tokens' is not a list");
    for (const json& entry : *list) {
      if (!entry.is_object() || !entry.contains("id") || !entry.contains("content") || !entry["content"].is_string())
        reject(whole, "an entry of 'added_tokens' lacks 'id' or 'content'");
      const auto name = entry["content"].get<std::string>();
      add_token(notes, name, token_id(entry["id"], name, whole), whole);
    }
  }
  return notes;
}

ByteBpeTables read_vocab_and_merges(const std::filesystem::path& vocab, const std::filesystem::path& merges) {
  ByteBpeTables tables;
  tables.tokens = tokens_by_id(read_object(vocab), vocab);
  const std::string text = read_bytes(merges);
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < text.size(); ++number) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string line = text.substr(begin, end - begin);
    begin = end + 1;
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty() || (number == 0 && line.starts_with("#version"))) continue;
    tables.merges.push_back(pair_of(line, merges, tables.merges.size() + 1));
  }
  return tables;
}

ByteBpeTables read_tokenizer_json(const std::filesystem::path& file) {
  const json document = read_object(file);
  const auto model = document.find("model");
  if (model == document.end() || !model->is_object()) reject(file, "there is no 'model'");
  if (const std::string type = model->value("type", json("BPE")).dump(); type != "\"BPE\"") {
    throw Error(ErrorKind::kUnsupported, "'" + file.string() + "' holds a tokenizer of type " + type +
                                             "; a language model needs byte-level BPE here, or a spiece.model");
  }
  if (!model->contains("vocab")) reject(file, "there is no 'model.vocab'");
  const auto merges = model->find("merges");
  if (merges == model->end() || !merges->is_array()) reject(file, "there is no list 'model.merges'");
  ByteBpeTables tables;
  tables.tokens = tokens_by_id(model->at("vocab"), file);
  for (const json& merge : *merges) {
    const std::size_t number = tables.merges.size() + 1;
    if (merge.is_string()) {
      tables.merges.push_back(pair_of(merge.get<std::string>(), file, number));
    } else if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string()) {
      tables.merges.emplace_back(merge[0].get<std::string>(), merge[1].get<std::string>());
    } else {
      reject(file, "merge " + std::to_string(number) + " is not two tokens");
    }
  }
  return tables;
}

}  // namespace blip
