#include "training/synth/truth.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace blip::synth {
namespace {

using Groups = std::vector<std::size_t>;

// The groups that have the stated colour and shape.
Groups subjects(const GroupClaim& claim, const SceneFacts& facts) {
  Groups result;
  for (std::size_t i = 0; i < facts.groups.size(); ++i) {
    const Group& group = facts.groups[i];
    if ((!claim.color || *claim.color == group.color) && (!claim.shape || *claim.shape == group.shape))
      result.push_back(i);
  }
  return result;
}

bool claim_holds(const GroupClaim& claim, const Groups& groups, const SceneFacts& facts) {
  int count = 0;
  for (const std::size_t i : groups) {
    count += facts.groups[i].count();
    if (claim.size && *claim.size != facts.groups[i].size) return false;
  }
  return count == claim.count;
}

bool share_objects(const Groups& a, const Groups& b) {
  return std::any_of(a.begin(), a.end(), [&](std::size_t i) { return std::find(b.begin(), b.end(), i) != b.end(); });
}

// Whether `test` is true of every pair of a group of `a` and a group of `b`.
template <class Test>
bool every_pair(const Groups& a, const Groups& b, const SceneFacts& facts, Test test) {
  return std::all_of(a.begin(), a.end(), [&](std::size_t i) {
    return std::all_of(b.begin(), b.end(), [&](std::size_t j) { return test(facts.groups[i], facts.groups[j]); });
  });
}

// All that is stated, but for relations, which `relation_holds` decides.
template <class RelationTest>
bool holds_with(const Statement& statement, const SceneFacts& facts, RelationTest relation_holds) {
  if (statement.background && *statement.background != facts.background) return false;
  if (statement.total && *statement.total != total_count(facts)) return false;
  std::vector<Groups> all;
  for (const GroupClaim& claim : statement.claims) {
    all.push_back(subjects(claim, facts));
    if (!claim_holds(claim, all.back(), facts)) return false;
  }
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (share_objects(all[i], all[j])) return false;
  for (std::size_t i = 0; i < statement.links.size(); ++i) {
    const auto link = statement.links[i];
    const auto test = [&](const Group& a, const Group& b) { return relation_holds(*link, a, b); };
    if (link && !every_pair(all[i], all[i + 1], facts, test)) return false;
  }
  return true;
}

// How often each colour and shape word occurs.
using WordCounts = std::array<int, kColorWords.size() + kShapeWords.size()>;

void count_word(std::string_view text, WordCounts& counts) {
  if (const auto color = color_of(text)) ++counts[static_cast<std::size_t>(*color)];
  auto shape = shape_of(text);
  if (!shape) shape = plural_shape_of(text);
  if (shape) ++counts[kColorWords.size() + static_cast<std::size_t>(*shape)];
}

WordCounts words_of(std::string_view text) {
  WordCounts counts{};
  std::string token;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0) {
      token += static_cast<char>(std::tolower(byte));
    } else {
      count_word(token, counts);
      token.clear();
    }
  }
  count_word(token, counts);
  return counts;
}

WordCounts words_of(const SceneFacts& facts) {
  WordCounts counts{};
  for (const Group& group : facts.groups) {
    ++counts[static_cast<std::size_t>(group.color)];
    ++counts[kColorWords.size() + static_cast<std::size_t>(group.shape)];
  }
  return counts;
}

double overlap(const WordCounts& a, const WordCounts& b) {
  int both = 0, either = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    both += std::min(a[i], b[i]);
    either += std::max(a[i], b[i]);
  }
  return either == 0 ? 1 : static_cast<double>(both) / either;
}

}  // namespace

bool holds(const Statement& statement, const SceneFacts& facts) {
  return holds_with(statement, facts, clearly_holds);
}

bool surely_false(const Statement& statement, const SceneFacts& facts) {
  return !holds_with(statement, facts,
                     [](Relation relation, const Group& a, const Group& b) { return !clearly_fails(relation, a, b); });
}

Judgement judge(std::string_view caption, const SceneFacts& facts) {
  Judgement judgement;
  judgement.named.assign(facts.groups.size(), false);
  judgement.word_overlap = overlap(words_of(caption), words_of(facts));
  const auto statement = parse_statement(caption);
  if (!statement) return judgement;
  judgement.is_sentence = true;
  judgement.is_true = holds(*statement, facts);
  for (const GroupClaim& claim : statement->claims)
    for (const std::size_t i : subjects(claim, facts)) judgement.named[i] = true;
  judgement.names_all =
      judgement.is_true && std::find(judgement.named.begin(), judgement.named.end(), false) == judgement.named.end();
  return judgement;
}

}  // namespace blip::synth
