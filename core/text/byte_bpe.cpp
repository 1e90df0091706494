#include "core/text/byte_bpe.h"

#include <algorithm>
#include <queue>

#include "core/base/error.h"
#include "core/text/byte_alphabet.h"
#include "core/text/utf8.h"

namespace blip {
namespace {

constexpr std::int32_t kNone = -1;

[[noreturn]] void reject(const std::string& source, std::string why) {
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  std::replace_if(why.begin(), why.end(), is_control, '?');  // an error is one line
  throw Error(ErrorKind::kInvalidData, "'" + source + "' is not a byte-level BPE vocabulary: " + why);
}

std::uint64_t pair_key(std::int32_t left, std::int32_t right) {
  return static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32 | static_cast<std::uint32_t>(right);
}

// A piece of a word that is being merged; pieces form a list from left to right.
struct Piece {
  std::int32_t id = kNone;  // kNone: has gone into its left neighbour
  std::int32_t previous = kNone, next = kNone;
};

// Two neighbours that a rule makes one; out of date once either has changed.
struct Merge {
  std::uint32_t rank;
  std::int32_t left, right;        // pieces
  std::int32_t left_id, right_id;  // what they were
  std::int32_t result;
};

struct ComesLater {
  bool operator()(const Merge& a, const Merge& b) const { return a.rank != b.rank ? a.rank > b.rank : a.left > b.left; }
};

}  // namespace

ByteBpe::ByteBpe(const ByteBpeTables& tables, const std::string& source) {
  std::unordered_map<std::string_view, std::int32_t> ids;
  ids.reserve(tables.tokens.size());
  for (std::size_t id = 0; id < tables.tokens.size(); ++id) {
    const std::string& token = tables.tokens[id];
    if (token.empty()) continue;
    const auto [found, added] = ids.emplace(token, static_cast<std::int32_t>(id));
    if (!added) {
      reject(source,
             "'" + token + "' stands at " + std::to_string(found->second) + " and again at " + std::to_string(id));
    }
  }
  for (unsigned byte = 0; byte < byte_ids_.size(); ++byte) {
    std::string character;
    append_utf8(character, byte_character(static_cast<unsigned char>(byte)));
    const auto found = ids.find(character);
    if (found == ids.end()) {
      reject(source, "byte " + std::to_string(byte) + " ('" + character + "') is not among its " +
                         std::to_string(ids.size()) + " entries");
    }
    byte_ids_[byte] = found->second;
  }
  const auto known = [&](const std::string& token, std::size_t rule) {
    const auto found = ids.find(token);
    if (found == ids.end())
      reject(source, "merge " + std::to_string(rule + 1) + " needs '" + token + "', which is not in the vocabulary");
    return found->second;
  };
  rules_.reserve(tables.merges.size());
  for (std::size_t rank = 0; rank < tables.merges.size(); ++rank) {
    const auto& [left, right] = tables.merges[rank];
    const std::int32_t result = known(left + right, rank);
    rules_.emplace(pair_key(known(left, rank), known(right, rank)), Rule{static_cast<std::uint32_t>(rank), result});
  }
}

const ByteBpe::Rule* ByteBpe::rule_of(std::int32_t left, std::int32_t right) const {
  const auto found = rules_.find(pair_key(left, right));
  return found == rules_.end() ? nullptr : &found->second;
}

void ByteBpe::append_ids(std::string_view word, std::vector<std::int64_t>& ids) const {
  std::vector<Piece> pieces;
  pieces.reserve(word.size());
  for (const char byte : word) {
    const auto at = static_cast<std::int32_t>(pieces.size());
    pieces.push_back({byte_ids_[static_cast<unsigned char>(byte)], at - 1, at + 1});
  }
  if (pieces.empty()) return;
  pieces.back().next = kNone;
  const auto piece = [&](std::int32_t at) -> Piece& { return pieces[static_cast<std::size_t>(at)]; };

  std::priority_queue<Merge, std::vector<Merge>, ComesLater> merges;
  const auto propose = [&](std::int32_t left, std::int32_t right) {
    if (left == kNone || right == kNone) return;
    const std::int32_t left_id = piece(left).id, right_id = piece(right).id;
    if (const Rule* rule = rule_of(left_id, right_id))
      merges.push({rule->rank, left, right, left_id, right_id, rule->result});
  };
  for (std::int32_t at = 0; piece(at).next != kNone; ++at) propose(at, at + 1);
  while (!merges.empty()) {
    const Merge merge = merges.top();
    merges.pop();
    Piece& left = piece(merge.left);
    if (left.id != merge.left_id || left.next != merge.right || piece(merge.right).id != merge.right_id) continue;
    left.id = merge.result;
    left.next = piece(merge.right).next;
    piece(merge.right).id = kNone;
    if (left.next != kNone) piece(left.next).previous = merge.left;
    propose(left.previous, merge.left);
    propose(merge.left, left.next);
  }
  for (std::int32_t at = 0; at != kNone; at = piece(at).next) ids.push_back(piece(at).id);
}

}  // namespace blip
