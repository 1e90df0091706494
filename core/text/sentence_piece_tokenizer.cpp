#include "core/text/sentence_piece_tokenizer.h"

#include <algorithm>
#include <utility>

#include "core/base/error.h"
#include "core/text/decoded_text.h"
#include "core/text/piece_model.h"
#include "core/text/utf8.h"

namespace blip {
namespace {

constexpr std::string_view kBlank = "\u2581";  // what a blank is inside of pieces

constexpr std::int64_t kMostBehind = 20'000;  // ids that added tokens may lie behind the pieces

[[noreturn]] void reject(const std::string& source, const std::string& why) {
  throw Error(ErrorKind::kInvalidData, "'" + source + "' is not a SentencePiece model: " + why);
}

// Reads a protobuf varint at `position`, which moves behind it; false when there is none.
bool read_varint(std::string_view bytes, std::size_t& position, std::uint64_t& value) {
  value = 0;
  for (unsigned shift = 0; position < bytes.size() && shift < 64; shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes[position++]);
    value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

// Whether the bytes are a whole ModelProto: pieces (field 1), the trainer's settings (2), the normaliser's (3), in this
// order. The library takes a file that ends between two pieces, and would split texts in another way.
bool is_whole(std::string_view model) {
  constexpr std::uint64_t kBytes = 2, kTrainer = 2, kNormaliser = 3;
  bool trainer = false, normaliser = false;
  for (std::size_t position = 0; position < model.size();) {
    std::uint64_t tag = 0, length = 0;
    if (!read_varint(model, position, tag) || (tag & 7) != kBytes || !read_varint(model, position, length) ||
        length > model.size() - position)
      return false;
    trainer = trainer || tag >> 3 == kTrainer;
    normaliser = normaliser || tag >> 3 == kNormaliser;
    position += static_cast<std::size_t>(length);
  }
  return trainer && normaliser;
}

}  // namespace

struct SentencePieceTokenizer::Pieces {
  std::unique_ptr<PieceModel> model = make_piece_model();
  int count = 0;
};

SentencePieceTokenizer::SentencePieceTokenizer(std::string_view model, const TokenizerNotes& notes,
                                               const std::string& source)
    : pieces_(std::make_unique<Pieces>()) {
  if (model.empty()) reject(source, "it is empty");
  if (!is_whole(model)) reject(source, "it is damaged or cut short (" + std::to_string(model.size()) + " bytes)");
  PieceModel& pieces = *pieces_->model;
  if (const std::string why = pieces.load(model); !why.empty()) reject(source, why);
  pieces_->count = pieces.size();
  special_ = {pieces.pad(), pieces.end(), pieces.pad(), pieces.unknown()};
  if (special_.pad < 0 || special_.end < 0 || special_.unk < 0)
    reject(source, "it lacks one of <pad>, </s> and <unk>, which T5 needs");

  std::vector<std::pair<std::string, std::int64_t>> names;
  for (const std::int64_t id : {special_.pad, special_.end, special_.unk}) {
    names.emplace_back(pieces.piece(static_cast<int>(id)), id);
  }
  for (std::int64_t n = 0; n < notes.extra_ids; ++n) {
    names.emplace_back("<extra_id_" + std::to_string(n) + ">", pieces_->count + notes.extra_ids - 1 - n);
  }
  for (const auto& [name, id] : notes.added) {
    const auto same = [&](const auto& entry) { return entry.first == name; };
    if (id > pieces_->count + kMostBehind)
      reject(source, "it has " + std::to_string(pieces_->count) + " pieces, but '" + name + "' has id " +
                         std::to_string(id) + " in the files beside it");
    const auto known = std::find_if(names.begin(), names.end(), same);
    if (known == names.end()) {
      names.emplace_back(name, id);
    } else if (known->second != id) {
      reject(source, "'" + name + "' has id " + std::to_string(known->second) + " here and " + std::to_string(id) +
                         " in the files beside it");
    }
  }
  size_ = pieces_->count;
  for (const auto& [name, id] : names) size_ = std::max(size_, id + 1);
  name_of_.resize(static_cast<std::size_t>(size_));
  for (const auto& [name, id] : names) name_of_[static_cast<std::size_t>(id)] = name;
  names_ = SpecialNames(std::move(names));
}

SentencePieceTokenizer::~SentencePieceTokenizer() = default;

std::vector<std::int64_t> SentencePieceTokenizer::encode_plain(std::string_view text) const {
  if (!is_utf8(text)) throw Error(ErrorKind::kInvalidArgument, "a text for the language model is not valid UTF-8");
  std::vector<std::int64_t> ids;
  for (const SpecialNames::Part& part : names_.split(text)) {
    if (part.id >= 0) {
      ids.push_back(part.id);
      continue;
    }
    std::vector<int> found;
    if (const std::string why = pieces_->model->encode(part.text, found); !why.empty())
      throw Error(ErrorKind::kFailed, "SentencePiece: " + why);
    ids.insert(ids.end(), found.begin(), found.end());
  }
  return ids;
}

std::string SentencePieceTokenizer::decode(std::span<const std::int64_t> ids, DecodeOptions options) const {
  std::string text = options.mark_unknown ? as_the_library(ids) : as_transformers(ids, options.skip_special);
  if (options.clean_up) clean_up_spaces(text);
  return text;
}

// Pieces side by side, their blanks made blanks, one at the very beginning left out.
std::string SentencePieceTokenizer::as_transformers(std::span<const std::int64_t> ids, bool skip_special) const {
  std::string text;
  bool first = true;
  for (const std::int64_t id : ids) {
    if (id < 0 || id >= size_) continue;
    const std::string& name = name_of_[static_cast<std::size_t>(id)];
    if (!name.empty() && skip_special) continue;
    if (name.empty() && id >= pieces_->count) continue;
    const std::string stored = name.empty() ? pieces_->model->piece(static_cast<int>(id)) : name;
    std::string_view piece = stored;
    if (std::exchange(first, false) && piece.starts_with(kBlank)) piece.remove_prefix(kBlank.size());
    for (std::size_t blank = piece.find(kBlank); blank != std::string_view::npos; blank = piece.find(kBlank)) {
      text.append(piece, 0, blank) += ' ';
      piece.remove_prefix(blank + kBlank.size());
    }
    text += piece;
  }
  return replace_malformed(text);
}

std::string SentencePieceTokenizer::as_the_library(std::span<const std::int64_t> ids) const {
  std::vector<int> pieces;
  for (const std::int64_t id : ids) {
    if (id < 0 || id >= pieces_->count) continue;
    if (id == special_.unk || name_of_[static_cast<std::size_t>(id)].empty()) pieces.push_back(static_cast<int>(id));
  }
  std::string text;
  if (const std::string why = pieces_->model->decode(pieces, text); !why.empty())
    throw Error(ErrorKind::kFailed, "SentencePiece: " + why);
  return text;
}

}  // namespace blip
