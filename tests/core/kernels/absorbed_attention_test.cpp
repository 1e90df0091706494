#include "core/kernels/absorbed_attention.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace blip::test {
namespace {

struct Case {
  HeadShape shape;
  std::int64_t in, rows, tokens;
  std::vector<float> queries, key, value, value_bias, states;

  Case(HeadShape heads, std::int64_t input, std::int64_t query_rows, std::int64_t token_count, unsigned seed)
      : shape(heads), in(input), rows(query_rows), tokens(token_count) {
    std::mt19937 engine(seed);
    std::normal_distribution<float> normal;
    const auto fill = [&](std::vector<float>& values, std::int64_t count, float scale) {
      values.resize(static_cast<std::size_t>(count));
      for (float& v : values) v = scale * normal(engine);
    };
    const std::int64_t width = heads.heads * heads.width;
    const float scale = 1 / std::sqrt(static_cast<float>(in));
    fill(queries, rows * width, 1);
    fill(key, width * in, scale);
    fill(value, width * in, scale);
    fill(value_bias, width, 1);
    fill(states, tokens * in, 1);
  }

  // Keys and values made, then softmax(q k^T / sqrt(width)) v, in double precision.
  std::vector<double> expected() const {
    const std::int64_t width = shape.heads * shape.width;
    const auto project = [&](const std::vector<float>& weight, std::int64_t channel, std::int64_t token) {
      double sum = 0;
      for (std::int64_t i = 0; i < in; ++i) sum += double{weight[channel * in + i]} * states[token * in + i];
      return sum;
    };
    std::vector<double> context(queries.size());
    for (std::int64_t head = 0; head < shape.heads; ++head) {
      for (std::int64_t r = 0; r < rows; ++r) {
        std::vector<double> weights(static_cast<std::size_t>(tokens));
        double most = -1e300, sum = 0;
        for (std::int64_t n = 0; n < tokens; ++n) {
          double score = 0;
          for (std::int64_t d = 0; d < shape.width; ++d)
            score += queries[r * width + head * shape.width + d] * project(key, head * shape.width + d, n);
          weights[n] = score / std::sqrt(static_cast<double>(shape.width));
          most = std::max(most, weights[n]);
        }
        for (double& w : weights) sum += w = std::exp(w - most);
        for (std::int64_t d = 0; d < shape.width; ++d) {
          const std::int64_t channel = head * shape.width + d;
          double mixed = 0;
          for (std::int64_t n = 0; n < tokens; ++n) mixed += weights[n] / sum * project(value, channel, n);
          context[r * width + channel] = mixed + value_bias[channel];
        }
      }
    }
    return context;
  }
};

TEST(AttendAbsorbed, EqualsAttentionToKeysAndValuesThatAreMade) {
  for (const int threads : {1, 2, 5}) {
    Workspace workspace(threads);
    for (const auto& c : {Case({4, 16}, 32, 1, 1, 1), Case({3, 24}, 40, 5, 17, 2), Case({12, 64}, 96, 12, 50, 3)}) {
      const std::vector<double> expected = c.expected();
      for (const std::int64_t cut : {c.tokens, (c.tokens + 1) / 2}) {
        std::vector<TokenStates> sources{{c.states.data(), cut}};
        if (cut < c.tokens) sources.push_back({c.states.data() + cut * c.in, c.tokens - cut});
        std::vector<float> context(c.queries.size());
        attend_absorbed(workspace, c.shape, {c.key.data(), c.value.data(), c.value_bias.data()}, c.in, c.queries.data(),
                        c.rows, sources, context.data());
        // Four products of up to `in` or `tokens` terms of size about 1, summed in float32.
        const double tolerance = 4 * static_cast<double>(c.in + c.tokens) * std::pow(2.0, -24);
        for (std::size_t i = 0; i < context.size(); ++i) ASSERT_NEAR(context[i], expected[i], tolerance) << i;
      }
    }
  }
}

}  // namespace
}  // namespace blip::test
