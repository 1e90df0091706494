#include "tests/core/kernels/attention_cases.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/core/kernels/double_loops.h"

namespace blip::test {

AttentionCase random_case(HeadShape shape, std::int64_t rows, std::int64_t tokens, MatmulType type,
                          std::uint32_t seed) {
  AttentionCase made;
  made.shape = shape;
  made.rows = rows;
  made.tokens = tokens;
  made.type = type;
  const auto scaled = [&](std::int64_t count, std::uint32_t number, float size) {
    auto values = random_values(count * made.width(), number);
    for (float& value : values) value *= size;
    return representable(std::move(values), type);
  };
  made.queries = scaled(rows, seed, 3);
  made.keys = scaled(tokens, seed + 1, 3);
  made.values = scaled(tokens, seed + 2, 1);
  return made;
}

void expect_attention(const AttentionCase& attention, const std::vector<float>& context, double numerator_unit,
                      const std::string& what) {
  const std::int64_t head_width = attention.shape.width, width = attention.width();
  const double scale = attention.scale != 0 ? attention.scale : 1 / std::sqrt(static_cast<double>(head_width));
  double worst = 0;
  for (std::int64_t r = 0; r < attention.rows; ++r) {
    const std::int64_t tokens =
        attention.visible == 0 ? attention.tokens : std::min(attention.tokens, attention.visible + r);
    std::vector<double> weights(static_cast<std::size_t>(tokens));
    for (std::int64_t head = 0; head < attention.shape.heads; ++head) {
      const float* query = attention.queries.data() + r * width + head * head_width;
      double most = -1e300, off_score = 0;
      for (std::int64_t n = 0; n < tokens; ++n) {
        const float* key = attention.keys.data() + n * width + head * head_width;
        double score = 0, size = 0;
        for (std::int64_t d = 0; d < head_width; ++d) {
          score += static_cast<double>(query[d]) * key[d];
          size += std::abs(static_cast<double>(query[d]) * key[d]);
        }
        const double bias =
            attention.bias.empty()
                ? 0.0
                : attention.bias[static_cast<std::size_t>((head * attention.rows + r) * attention.tokens + n)];
        weights[static_cast<std::size_t>(n)] = score * scale + bias;
        most = std::max(most, score * scale + bias);
        off_score =
            std::max(off_score, static_cast<double>(head_width + 4) * kFloatUnit * (size * scale + std::abs(bias)));
      }
      double sum = 0;
      for (double& weight : weights) sum += weight = std::exp(weight - most);
      const double relative =
          2 * off_score + (2 * static_cast<double>(tokens) + 16) * kFloatUnit + numerator_unit * 1.01;
      for (std::int64_t d = 0; d < head_width; ++d) {
        double value = 0, size = 0;
        for (std::int64_t n = 0; n < tokens; ++n) {
          const double term = weights[static_cast<std::size_t>(n)] / sum *
                              attention.values[static_cast<std::size_t>(n * width + head * head_width + d)];
          value += term;
          size += std::abs(term);
        }
        const double off = std::abs(context[static_cast<std::size_t>(r * width + head * head_width + d)] - value);
        worst = std::max(worst, off <= 1e3 ? off / (relative * size + 1e-37) : 1e300);
      }
    }
  }
  EXPECT_LE(worst, 1) << text(attention) << ", " << what;
}

LaidKeyValues::LaidKeyValues(const AttentionCase& attention, std::int64_t begin, std::int64_t end, Layout layout) {
  const std::int64_t tokens = end - begin, width = attention.width(), head_width = attention.shape.width;
  KeyValues& s = strides_;
  s.type = attention.type;
  s.tokens = tokens;
  if (layout == Layout::kChannelsApart) {
    s.key_token = 1;
    s.key_channel = tokens + 3;
    s.key_head = head_width * s.key_channel;
    s.value_token = head_width;
    s.value_head = tokens * head_width;
  } else {
    s.key_channel = 1;
    s.key_token = s.value_token = 3 * width;
    s.key_head = s.value_head = head_width;
  }
  const std::int64_t size = std::max(width * s.key_channel, tokens * 3 * width);
  std::vector<float> keys(static_cast<std::size_t>(size), 77), values = keys;
  for (std::int64_t n = 0; n < tokens; ++n) {
    for (std::int64_t head = 0; head < attention.shape.heads; ++head) {
      for (std::int64_t d = 0; d < head_width; ++d) {
        const auto from = static_cast<std::size_t>((begin + n) * width + head * head_width + d);
        keys[static_cast<std::size_t>(head * s.key_head + d * s.key_channel + n * s.key_token)] = attention.keys[from];
        values[static_cast<std::size_t>(head * s.value_head + n * s.value_token + d)] = attention.values[from];
      }
    }
  }
  keys_ = stored(keys, attention.type);
  values_ = stored(values, attention.type);
}

KeyValues LaidKeyValues::view() const {
  KeyValues view = strides_;
  view.keys = keys_.data();
  view.values = values_.data();
  return view;
}

std::string text(const AttentionCase& attention) {
  return std::to_string(attention.rows) + " rows, " + std::to_string(attention.tokens) + " tokens, " +
         std::to_string(attention.shape.heads) + " heads of " + std::to_string(attention.shape.width) + ", type " +
         std::to_string(static_cast<int>(attention.type));
}

}  // namespace blip::test
