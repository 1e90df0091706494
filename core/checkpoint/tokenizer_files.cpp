#include "core/checkpoint/tokenizer_files.h"

#include <string>
#include <system_error>

#include "core/checkpoint/json_text.h"
#include "core/checkpoint/mapped_file.h"
#include "core/checkpoint/message.h"

namespace blip {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

bool there_is(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

Json read_json(const fs::path& path) {
  const ByteView bytes = map_file(path);
  return parse_json({reinterpret_cast<const char*>(bytes.data), bytes.size}, path.string());
}

const Json* field(const Json& object, const char* key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

// "BPE", "Unigram", "WordPiece"; empty where there is no tokenizer.json.
std::string json_model_type(const fs::path& folder) {
  const fs::path path = folder / "tokenizer.json";
  if (!there_is(path)) return {};
  const Json document = read_json(path);
  const Json* model = field(document, "model");
  const Json* type = model == nullptr ? nullptr : field(*model, "type");
  return type != nullptr && type->is_string() ? type->get<std::string>() : std::string();
}

Error other_family(const fs::path& folder, const std::string& found, LanguageModelKind kind) {
  const bool opt = kind == LanguageModelKind::kOpt;
  return invalid_data(folder.string(), "holds the tokenizer of another family, " + found + ": " +
                                           (opt ? "an OPT needs byte-level BPE, vocab.json and merges.txt"
                                                : "a T5 needs SentencePiece, spiece.model") +
                                           "; give its folder by --vocab");
}

}  // namespace

fs::path find_language_tokenizer(const fs::path& folder, LanguageModelKind kind) {
  const bool opt = kind == LanguageModelKind::kOpt;
  const bool vocab = there_is(folder / "vocab.json"), merges = there_is(folder / "merges.txt");
  const bool pieces = there_is(folder / "spiece.model");
  if (opt ? vocab && merges : pieces) return folder;
  const std::string type = json_model_type(folder);
  if (type == (opt ? "BPE" : "Unigram")) return folder;
  if (opt && pieces) throw other_family(folder, "spiece.model (SentencePiece)", kind);
  if (!opt && vocab && merges) throw other_family(folder, "vocab.json and merges.txt (byte-level BPE)", kind);
  if (!type.empty()) throw other_family(folder, "tokenizer.json (" + in_quotes(type) + ")", kind);
  if (opt && vocab != merges) {
    throw Error(ErrorKind::kNotFound, in_quotes(folder.string()) +
                                          " holds half of a tokenizer: " + (vocab ? "merges.txt" : "vocab.json") +
                                          " is missing beside " + (vocab ? "vocab.json" : "merges.txt"));
  }
  return {};
}

std::optional<std::int64_t> newline_token(const fs::path& folder) {
  const char* const kNewline = "\xC4\x8A";  // U+010A, which stands for byte 10 in byte-level BPE
  const bool single = there_is(folder / "vocab.json");
  const Json document = read_json(folder / (single ? "vocab.json" : "tokenizer.json"));
  const Json* model = single ? nullptr : field(document, "model");
  const Json* vocab = single ? &document : model == nullptr ? nullptr : field(*model, "vocab");
  const Json* id = vocab == nullptr ? nullptr : field(*vocab, kNewline);
  if (id == nullptr || !id->is_number_unsigned() || id->get<std::uint64_t>() > INT32_MAX) return std::nullopt;
  return id->get<std::int64_t>();
}

}  // namespace blip
