#include "plugins/queries/query_embeddings.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace blip {
namespace {

constexpr std::string_view kPlace = "{}";
constexpr std::size_t kTextsAtOnce = 64;

std::optional<std::string> filled_in(std::string form, const std::string& text) {
  const auto place = form.find(kPlace);
  if (place == std::string::npos) return std::nullopt;
  return form.replace(place, kPlace.size(), text);
}

void add(std::span<float> sum, std::span<const float> row) {
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += row[i];
}

void normalise(std::span<float> row) {
  const double norm = std::sqrt(dot(row, row));
  if (norm > 0)
    for (float& value : row) value = static_cast<float>(value / norm);
}

}  // namespace

double dot(std::span<const float> a, std::span<const float> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

double similarity(std::span<const float> rows, std::span<const float> text) {
  double best = -std::numeric_limits<double>::infinity();
  for (; rows.size() >= text.size() && !text.empty(); rows = rows.subspan(text.size()))
    best = std::max(best, dot(rows.first(text.size()), text));
  return best;
}

void QueryEmbeddings::reset() {
  version_.reset();
  matrix_ = Matrix();
}

std::optional<Failure> QueryEmbeddings::update(Stream& stream, const std::vector<Query>& queries, std::uint64_t version,
                                               const std::vector<std::string>& templates) {
  if (version_ == version && templates_ == templates) return std::nullopt;
  std::vector<std::string> texts;
  std::vector<std::size_t> owners;
  for (std::size_t q = 0; q < queries.size(); ++q) {
    if (!queries[q].embedding.empty()) continue;
    for (const std::string& form : templates) {
      auto text = filled_in(form, queries[q].text);
      if (!text) return Failure{ErrorKind::kInvalidArgument, "query template '" + form + "' has no {} for the query"};
      texts.push_back(std::move(*text));
      owners.push_back(q);
    }
  }
  Matrix sums;
  for (std::size_t begin = 0; begin < texts.size(); begin += kTextsAtOnce) {
    const std::size_t count = std::min(kTextsAtOnce, texts.size() - begin);
    auto rows = stream.embed_texts(std::span(texts).subspan(begin, count));
    if (!rows.ok()) return rows.failure();
    if (sums.rows == 0) sums = Matrix(static_cast<std::int64_t>(queries.size()), rows.value().columns);
    for (std::size_t i = 0; i < count; ++i)
      add(sums.row(static_cast<std::int64_t>(owners[begin + i])), rows.value().row(static_cast<std::int64_t>(i)));
  }
  for (std::size_t q = 0; q < queries.size(); ++q) {
    const auto& given = queries[q].embedding;
    if (given.empty()) continue;
    if (sums.rows == 0)
      sums = Matrix(static_cast<std::int64_t>(queries.size()), static_cast<std::int64_t>(given.size()));
    if (static_cast<std::int64_t>(given.size()) != sums.columns)
      return Failure{ErrorKind::kInvalidArgument, "the embedding of '" + queries[q].text + "' has " +
                                                      std::to_string(given.size()) + " numbers, the model's have " +
                                                      std::to_string(sums.columns)};
    add(sums.row(static_cast<std::int64_t>(q)), given);
  }
  for (std::int64_t q = 0; q < sums.rows; ++q) normalise(sums.row(q));
  matrix_ = std::move(sums);
  version_ = version;
  templates_ = templates;
  return std::nullopt;
}

}  // namespace blip
