#pragma once

#include <cstdint>
#include <span>
#include <vector>

// A segment may have several embeddings of one size, of which the one most similar to a query counts: BLIP-2 has one a
// query of its Q-Former. An index keeps them as one row: beside each other, each padded with zeros to a multiple of
// kDotWidth numbers, all divided by the square root of their number, so that the row has unit length as every other. A
// single embedding is kept as it is.
namespace blip {

// Numbers of a row of `count` embeddings of `size` numbers.
std::int64_t packed_embedding_size(std::int64_t size, std::int64_t count);

// The row of `count` unit vectors that lie one after the other in `embeddings`.
std::vector<float> packed_embedding(std::span<const float> embeddings, std::int64_t count);

// How many embeddings of a query's size a row of `row_size` numbers holds; 0 when it is no such row.
std::int64_t embeddings_in(std::int64_t row_size, std::int64_t query_size);

// How similar a row is to a query, of unit length both: the largest dot product of the query and an embedding of the
// row. A query as large as the row is a row itself: then it is their dot product, for packed ones the mean over their
// embeddings, one by one. 0 when the sizes do not go together.
double row_similarity(std::span<const float> row, std::span<const float> query);

}  // namespace blip
