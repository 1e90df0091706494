#include "core/index/vectors/embedding_rows.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include "core/index/vectors/row_blocks.h"

namespace blip {
namespace {

double dot(std::span<const float> a, std::span<const float> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0, std::plus<>(),
                            [](float x, float y) { return static_cast<double>(x) * y; });
}

}  // namespace

std::int64_t packed_embedding_size(std::int64_t size, std::int64_t count) {
  return count == 1 ? size : count * padded_width(size);
}

std::vector<float> packed_embedding(std::span<const float> embeddings, std::int64_t count) {
  if (count < 2 || std::ssize(embeddings) % count != 0) return {embeddings.begin(), embeddings.end()};
  const std::int64_t size = std::ssize(embeddings) / count, step = padded_width(size);
  std::vector<float> row(static_cast<std::size_t>(count * step));
  const auto scale = static_cast<float>(1 / std::sqrt(static_cast<double>(count)));
  for (std::int64_t i = 0; i < count; ++i)
    std::transform(embeddings.begin() + i * size, embeddings.begin() + (i + 1) * size, row.begin() + i * step,
                   [scale](float x) { return scale * x; });
  return row;
}

std::int64_t embeddings_in(std::int64_t row_size, std::int64_t query_size) {
  if (row_size == query_size) return 1;
  if (query_size < 1 || query_size > row_size) return 0;
  const std::int64_t step = padded_width(query_size);
  return row_size % step == 0 && row_size > step ? row_size / step : 0;
}

double row_similarity(std::span<const float> row, std::span<const float> query) {
  const std::int64_t count = embeddings_in(std::ssize(row), std::ssize(query));
  if (count == 0) return 0;
  if (count == 1) return dot(row, query);
  double best = -std::numeric_limits<double>::infinity();
  for (std::int64_t i = 0; i < count; ++i)
    best = std::max(
        best, dot(row.subspan(static_cast<std::size_t>(i * padded_width(std::ssize(query))), query.size()), query));
  return std::sqrt(static_cast<double>(count)) * best;
}

}  // namespace blip
