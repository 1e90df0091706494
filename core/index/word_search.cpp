#include "core/index/word_search.h"

#include <optional>

#include "core/index/word_query.h"

namespace blip {
namespace {

// Hits of an FTS5 query; nothing when it is none.
std::optional<std::vector<WordHit>> run_query(SqliteDatabase& database, const std::string& query, std::size_t limit,
                                              const RowFilter& filter) {
  auto row = database.prepare(
      "SELECT s.id, words.rank, s.video, s.start_time, s.end_time FROM words CROSS JOIN segments s ON s.id = "
      "words.rowid WHERE words MATCH ?1 ORDER BY words.rank");
  row.bind(query);
  std::vector<WordHit> hits;
  while (hits.size() < limit) {
    const auto step = row.try_step();
    if (step == SqliteStatement::Step::kRefused) return std::nullopt;
    if (step == SqliteStatement::Step::kDone) break;
    if (accepts(filter, row.integer(2), row.integer(3), row.integer(4))) hits.push_back({row.integer(0), -row.real(1)});
  }
  return hits;
}

constexpr std::size_t kLongestQuery = 4096;  // bytes: a query of thousands of words takes long

// FTS5 has commands of its own that begin with an asterisk, and stops reading at a zero byte.
bool may_be_query(const std::string& text) {
  if (text.size() > kLongestQuery) return false;
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string::npos && text[first] != '*' && text.find('\0') == std::string::npos;
}

}  // namespace

std::vector<WordHit> search_words(SqliteDatabase& database, const std::string& query, std::size_t limit,
                                  const RowFilter& filter) {
  if (limit == 0) return {};
  if (may_be_query(query))
    if (auto hits = run_query(database, query, limit, filter)) return *hits;
  const std::string words = all_words_query(query);
  if (words.empty()) return {};
  return run_query(database, words, limit, filter).value_or(std::vector<WordHit>{});
}

}  // namespace blip
