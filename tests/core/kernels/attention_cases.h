#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/kernels/key_values.h"

namespace blip::test {

struct AttentionCase {
  HeadShape shape;
  std::int64_t rows = 0, tokens = 0;
  MatmulType type = MatmulType::kFloat32;
  std::vector<float> queries, keys, values;  // [rows, D], [tokens, D], [tokens, D]; representable in the type
  double scale = 0;                          // of the scores; 0 = 1 / sqrt(width of a head)
  std::vector<float> bias = {};              // [heads, rows, tokens], added to the scaled scores; or empty
  std::int64_t visible = 0;                  // row r sees the first `visible + r` tokens; 0 = all

  std::int64_t width() const { return shape.heads * shape.width; }
};
AttentionCase random_case(HeadShape shape, std::int64_t rows, std::int64_t tokens, MatmulType type, std::uint32_t seed);

// Compares with attention in double precision. Scores of float32 sums are off by (width + 1) * u * sum |q| |k|, which
// the exponential makes a part of a weight; the weights' sum is off by as much, and so are two sums over the tokens.
// `numerator_unit`: what rounding the weights to the type adds.
void expect_attention(const AttentionCase& attention, const std::vector<float>& context, double numerator_unit,
                      const std::string& what);

// Where channels and tokens of keys and values lie.
enum class Layout {
  kChannelsApart,  // keys [heads, width, tokens + some], values [heads, tokens, width]
  kTokensApart,    // as one row a token: [queries, keys, values], [3 * D]
};

// The keys and values of tokens [begin, end) of a case, laid out.
class LaidKeyValues {
 public:
  LaidKeyValues(const AttentionCase& attention, std::int64_t begin, std::int64_t end, Layout layout);
  KeyValues view() const;

 private:
  KeyValues strides_;
  std::vector<std::byte> keys_, values_;
};

std::string text(const AttentionCase& attention);

}  // namespace blip::test
