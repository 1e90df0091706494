// The loops of vector_loops.h on vectors of 16 floats, which the compiler maps to the registers of the instruction set
// that the including file is compiled for. Included once an instruction set, with BLIP_ISA naming it. No standard
// header that holds inline functions may come in here: the linker would keep one copy of them, for one set, for all.

namespace blip::BLIP_ISA {
namespace {

constexpr std::int64_t kLanes = 16;
typedef float Floats __attribute__((vector_size(64)));
typedef std::int32_t Ints __attribute__((vector_size(64)));
typedef std::uint32_t Words __attribute__((vector_size(64)));
typedef std::uint16_t Halves __attribute__((vector_size(32)));
typedef std::int8_t Bytes __attribute__((vector_size(16)));

template <class Vector, class Element>
[[gnu::always_inline]] inline Vector load(const Element* from) {
  Vector v;
  __builtin_memcpy(&v, from, sizeof(v));
  return v;
}
// The first `count` elements; the others are `rest`.
template <class Vector, class Element>
[[gnu::always_inline]] inline Vector load_some(const Element* from, std::int64_t count, Element rest = {}) {
  Vector v;
  for (std::int64_t i = 0; i < kLanes; ++i) v[i] = i < count ? from[i] : rest;
  return v;
}
template <class Vector, class Element>
[[gnu::always_inline]] inline void store(const Vector& v, Element* to) {
  __builtin_memcpy(to, &v, sizeof(v));
}
template <class Vector, class Element>
[[gnu::always_inline]] inline void store_some(const Vector& v, std::int64_t count, Element* to) {
  for (std::int64_t i = 0; i < count; ++i) to[i] = v[i];
}

[[gnu::always_inline]] inline Floats all(float value) {
  return Floats{} + value;
}
[[gnu::always_inline]] inline Floats larger(Floats a, Floats b) {
  return a > b ? a : b;
}
[[gnu::always_inline]] inline Floats absolute(Floats x) {
  const Words bits = (Words)x & 0x7fffffffu;
  return (Floats)bits;
}
[[gnu::always_inline]] inline float sum(Floats x) {
  float parts[kLanes];
  store(x, parts);
  for (std::int64_t half = kLanes / 2; half > 0; half /= 2) {
    for (std::int64_t i = 0; i < half; ++i) parts[i] += parts[i + half];
  }
  return parts[0];
}
[[gnu::always_inline]] inline float largest_of(Floats x) {
  float most = x[0];
  for (std::int64_t i = 1; i < kLanes; ++i) most = x[i] > most ? x[i] : most;
  return most;
}

// The largest absolute value so far, as bits: those of a NaN are above all others, so that one is never lost.
[[gnu::always_inline]] inline Ints larger_absolute(Floats x, Ints most) {
  const Ints bits = (Ints)absolute(x);
  return bits > most ? bits : most;
}
[[gnu::always_inline]] inline float largest_absolute(Ints most) {
  std::int32_t bits = most[0];
  for (std::int64_t i = 1; i < kLanes; ++i) bits = most[i] > bits ? most[i] : bits;
  return __builtin_bit_cast(float, bits);
}

// To within 2 units in the last place; 0 below -87.3. The polynomial is Cephes' expf.
[[gnu::always_inline]] inline Floats exp(Floats x) {
  constexpr float kLog2E = 1.44269504088896341f, kLn2High = 0.693359375f, kLn2Low = -2.12194440e-4f;
  constexpr float kToInteger = 12582912.0f;  // 1.5 * 2^23: adding it rounds to the nearest integer
  const Floats low = all(-87.3f);
  const Floats clamped = x < low ? low : x;
  const Floats shifted = clamped * kLog2E + kToInteger;
  const Floats n = shifted - kToInteger;
  const Floats r = clamped - n * kLn2High - n * kLn2Low;
  Floats p = all(1.9875691500e-4f);
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  const Words power = ((Words)shifted << 23) + (127u << 23);  // the low bits of `shifted` are n
  const Floats y = p * (Floats)power;
  return x < low ? Floats{} : y;
}

// erf by Abramowitz and Stegun 7.1.26, to within 1.5e-7.
[[gnu::always_inline]] inline Floats gelu_of(Floats x) {
  const Floats z = absolute(x) * 0.70710678118654752f;
  const Floats t = 1.0f / (1.0f + z * 0.3275911f);
  Floats p = all(1.061405429f);
  p = p * t - 1.453152027f;
  p = p * t + 1.421413741f;
  p = p * t - 0.284496736f;
  p = p * t + 0.254829592f;
  const Floats rest = p * t * exp(-z * z);  // 1 - erf|x / sqrt 2|
  const Floats half = x * 0.5f;
  return half * (x < 0.0f ? rest : 2.0f - rest);
}

[[gnu::always_inline]] inline Halves rounded(Floats x) {
  const Words bits = (Words)x;
  const Words up = bits + 0x7fffu + ((bits >> 16) & 1u);
  const Words nan = bits | 0x00400000u;
  const Words kept = ((bits & 0x7fffffffu) > 0x7f800000u ? nan : up) >> 16;
  return __builtin_convertvector(kept, Halves);
}
[[gnu::always_inline]] inline Floats widened(Halves x) {
  const Words bits = __builtin_convertvector(x, Words) << 16;
  return (Floats)bits;
}

// Calls body(offset, count) for whole vectors (count = kLanes) and the rest.
template <class Body>
[[gnu::always_inline]] inline void over(std::int64_t n, Body body) {
  std::int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) body(i, kLanes);
  if (i < n) body(i, n - i);
}
template <class Vector, class Element>
[[gnu::always_inline]] inline Vector take(const Element* from, std::int64_t count, Element rest = {}) {
  return count == kLanes ? load<Vector>(from) : load_some<Vector>(from, count, rest);
}
template <class Vector, class Element>
[[gnu::always_inline]] inline void put(const Vector& v, std::int64_t count, Element* to) {
  if (count == kLanes) {
    store(v, to);
  } else {
    store_some(v, count, to);
  }
}

void layer_norm(const float* x, const float* weight, const float* bias, float eps, std::int64_t n, float* y) {
  Floats sums{}, squares{};
  over(n, [&](std::int64_t i, std::int64_t count) { sums += take<Floats>(x + i, count); });
  const float mean = sum(sums) / static_cast<float>(n);
  over(n, [&](std::int64_t i, std::int64_t count) {
    const Floats d = take<Floats>(x + i, count, mean) - mean;
    squares += d * d;
  });
  const float factor = 1.0f / __builtin_sqrtf(sum(squares) / static_cast<float>(n) + eps);
  over(n, [&](std::int64_t i, std::int64_t count) {
    const Floats d = take<Floats>(x + i, count) - mean;
    put(d * factor * take<Floats>(weight + i, count) + take<Floats>(bias + i, count), count, y + i);
  });
}

void gelu(const float* x, std::int64_t n, float* y) {
  over(n, [&](std::int64_t i, std::int64_t count) { put(gelu_of(take<Floats>(x + i, count)), count, y + i); });
}

// 1 / (1 + exp(-x)). Of the two forms the one that does not overflow.
[[gnu::always_inline]] inline Floats sigmoid_of(Floats x) {
  const Floats small = exp(-absolute(x));
  return (x < 0.0f ? small : all(1.0f)) / (1.0f + small);
}

void quick_gelu(const float* x, std::int64_t n, float* y) {
  over(n, [&](std::int64_t i, std::int64_t count) {
    const Floats values = take<Floats>(x + i, count);
    put(values * sigmoid_of(values * 1.702f), count, y + i);
  });
}

// (1 + tanh z) / 2 = sigmoid(2 z).
void gelu_tanh(const float* x, std::int64_t n, float* y) {
  constexpr float kTwoRootsOf2ByPi = 1.59576912160573071f;
  over(n, [&](std::int64_t i, std::int64_t count) {
    const Floats values = take<Floats>(x + i, count);
    put(values * sigmoid_of((values + values * values * values * 0.044715f) * kTwoRootsOf2ByPi), count, y + i);
  });
}

void relu(const float* x, std::int64_t n, float* y) {
  over(n, [&](std::int64_t i, std::int64_t count) {
    const Floats values = take<Floats>(x + i, count);
    put(values > 0.0f ? values : Floats{}, count, y + i);
  });
}

void product(const float* x, const float* other, std::int64_t n, float* y) {
  over(n, [&](std::int64_t i, std::int64_t count) {
    put(take<Floats>(x + i, count) * take<Floats>(other + i, count), count, y + i);
  });
}

void scale_add(const float* x, float factor, const float* other, std::int64_t n, float* y) {
  over(n, [&](std::int64_t i, std::int64_t count) {
    put(take<Floats>(x + i, count) * factor + take<Floats>(other + i, count), count, y + i);
  });
}

void rms_norm(const float* x, const float* weight, float eps, std::int64_t n, float* y) {
  Floats squares{};
  over(n, [&](std::int64_t i, std::int64_t count) {
    const Floats values = take<Floats>(x + i, count);
    squares += values * values;
  });
  const float factor = 1.0f / __builtin_sqrtf(sum(squares) / static_cast<float>(n) + eps);
  over(n, [&](std::int64_t i, std::int64_t count) {
    put(take<Floats>(x + i, count) * factor * take<Floats>(weight + i, count), count, y + i);
  });
}

void add(const float* x, const float* other, std::int64_t n, float* y) {
  over(n, [&](std::int64_t i, std::int64_t count) {
    put(take<Floats>(x + i, count) + take<Floats>(other + i, count), count, y + i);
  });
}

void multiply(const float* x, float factor, std::int64_t n, float* y) {
  over(n, [&](std::int64_t i, std::int64_t count) { put(take<Floats>(x + i, count) * factor, count, y + i); });
}

float max_abs(const float* x, std::int64_t n) {
  Ints most{};
  over(n, [&](std::int64_t i, std::int64_t count) { most = larger_absolute(take<Floats>(x + i, count), most); });
  return largest_absolute(most);
}

float largest(const float* x, std::int64_t n) {
  constexpr float kLowest = -3.402823466e38f;
  Floats most = all(kLowest);
  over(n, [&](std::int64_t i, std::int64_t count) { most = larger(take<Floats>(x + i, count, kLowest), most); });
  return largest_of(most);
}

float dot(const float* x, const float* y, std::int64_t n) {
  Floats sums{};
  over(n, [&](std::int64_t i, std::int64_t count) { sums += take<Floats>(x + i, count) * take<Floats>(y + i, count); });
  return sum(sums);
}

void quantize(const float* x, float inverse_scale, std::int64_t n, std::int8_t* q) {
  constexpr float kToInteger = 12582912.0f;
  over(n, [&](std::int64_t i, std::int64_t count) {
    const Ints bits = (Ints)(take<Floats>(x + i, count) * inverse_scale + kToInteger);
    put(__builtin_convertvector(bits, Bytes), count, q + i);  // the lowest byte is the integer
  });
}

void to_bfloat16(const float* x, std::int64_t n, BFloat16* y) {
  over(n, [&](std::int64_t i, std::int64_t count) { put(rounded(take<Floats>(x + i, count)), count, y + i); });
}

// Calls body(i, count, values) with the dequantized values of a row.
template <class Body>
[[gnu::always_inline]] inline void over_sums(const std::int32_t* sums, float row_scale, const float* column_scales,
                                             const float* bias, std::int64_t n, Body body) {
  over(n, [&](std::int64_t i, std::int64_t count) {
    const Floats values = __builtin_convertvector(take<Ints>(sums + i, count), Floats);
    body(i, count, values * (take<Floats>(column_scales + i, count) * row_scale) + take<Floats>(bias + i, count));
  });
}

void dequantize(const std::int32_t* sums, float row_scale, const float* column_scales, const float* bias,
                std::int64_t n, float* y) {
  over_sums(sums, row_scale, column_scales, bias, n,
            [&](std::int64_t i, std::int64_t count, Floats values) { put(values, count, y + i); });
}

float dequantize_gelu(const std::int32_t* sums, float row_scale, const float* column_scales, const float* bias,
                      std::int64_t n, float* y) {
  Ints most{};
  over_sums(sums, row_scale, column_scales, bias, n, [&](std::int64_t i, std::int64_t count, Floats values) {
    const Floats result = gelu_of(values);
    most = larger_absolute(result, most);
    put(result, count, y + i);
  });
  return largest_absolute(most);
}

void dequantize_add(const std::int32_t* sums, float row_scale, const float* column_scales, const float* bias,
                    std::int64_t n, float* y) {
  over_sums(sums, row_scale, column_scales, bias, n, [&](std::int64_t i, std::int64_t count, Floats values) {
    put(take<Floats>(y + i, count) + values, count, y + i);
  });
}

void dequantize_bfloat16(const std::int32_t* sums, float row_scale, const float* column_scales, const float* bias,
                         std::int64_t n, BFloat16* y) {
  over_sums(sums, row_scale, column_scales, bias, n,
            [&](std::int64_t i, std::int64_t count, Floats values) { put(rounded(values), count, y + i); });
}

template <class Store>
[[gnu::always_inline]] inline float numerators(const float* x, float scale, std::int64_t n, Store store_values) {
  const float shift = largest(x, n);
  Floats sums{};
  over(n, [&](std::int64_t i, std::int64_t count) {
    const Floats values = exp((take<Floats>(x + i, count, -__builtin_inff()) - shift) * scale);
    sums += values;
    store_values(i, count, values);
  });
  return sum(sums);
}

float softmax_numerators(const float* x, float scale, std::int64_t n, float* y) {
  return numerators(x, scale, n, [&](std::int64_t i, std::int64_t count, Floats values) { put(values, count, y + i); });
}

float softmax_numerators_bfloat16(const float* x, float scale, std::int64_t n, BFloat16* y) {
  return numerators(x, scale, n,
                    [&](std::int64_t i, std::int64_t count, Floats values) { put(rounded(values), count, y + i); });
}

[[gnu::always_inline]] inline Floats values_at(const float* from, std::int64_t count) {
  return take<Floats>(from, count);
}
[[gnu::always_inline]] inline Floats values_at(const BFloat16* from, std::int64_t count) {
  return widened(take<Halves>(from, count));
}

template <int kRows, int kVectors, class Element>
[[gnu::always_inline]] inline void score_tile(const float* queries, std::int64_t query_stride, const Element* keys_t,
                                              std::int64_t key_stride, std::int64_t width, std::int64_t count,
                                              float* scores, std::int64_t score_stride) {
  Floats sums[kRows][kVectors]{};
  for (std::int64_t d = 0; d < width; ++d) {
    for (int v = 0; v < kVectors; ++v) {
      const Floats keys = values_at(keys_t + d * key_stride + v * kLanes, kVectors == 1 ? count : kLanes);
      for (int r = 0; r < kRows; ++r) sums[r][v] += keys * queries[r * query_stride + d];
    }
  }
  for (int r = 0; r < kRows; ++r) {
    for (int v = 0; v < kVectors; ++v)
      put(sums[r][v], kVectors == 1 ? count : kLanes, scores + r * score_stride + v * kLanes);
  }
}

constexpr int kTile = 4;  // vectors side by side

template <int kRows, class Element>
void scores_of(const float* queries, std::int64_t query_stride, const Element* keys_t, std::int64_t key_stride,
               std::int64_t width, std::int64_t tokens, float* scores, std::int64_t score_stride) {
  std::int64_t n = 0;
  for (; n + kTile * kLanes <= tokens; n += kTile * kLanes) {
    score_tile<kRows, kTile>(queries, query_stride, keys_t + n, key_stride, width, kLanes, scores + n, score_stride);
  }
  for (; n < tokens; n += kLanes) {
    score_tile<kRows, 1>(queries, query_stride, keys_t + n, key_stride, width,
                         tokens - n < kLanes ? tokens - n : kLanes, scores + n, score_stride);
  }
}

template <int kRows, int kVectors, class Element>
[[gnu::always_inline]] inline void context_tile(const float* weights, std::int64_t weight_stride, const Element* values,
                                                std::int64_t width, std::int64_t tokens, std::int64_t count,
                                                float* context, std::int64_t context_stride) {
  Floats sums[kRows][kVectors]{};
  for (std::int64_t n = 0; n < tokens; ++n) {
    for (int v = 0; v < kVectors; ++v) {
      const Floats value = values_at(values + n * width + v * kLanes, kVectors == 1 ? count : kLanes);
      for (int r = 0; r < kRows; ++r) sums[r][v] += value * weights[r * weight_stride + n];
    }
  }
  for (int r = 0; r < kRows; ++r) {
    for (int v = 0; v < kVectors; ++v) {
      const std::int64_t part = kVectors == 1 ? count : kLanes;
      float* to = context + r * context_stride + v * kLanes;
      put(take<Floats>(to, part) + sums[r][v], part, to);
    }
  }
}

template <int kRows, class Element>
void contexts_of(const float* weights, std::int64_t weight_stride, const Element* values, std::int64_t width,
                 std::int64_t tokens, float* context, std::int64_t context_stride) {
  std::int64_t d = 0;
  for (; d + kTile * kLanes <= width; d += kTile * kLanes) {
    context_tile<kRows, kTile>(weights, weight_stride, values + d, width, tokens, kLanes, context + d, context_stride);
  }
  for (; d < width; d += kLanes) {
    context_tile<kRows, 1>(weights, weight_stride, values + d, width, tokens, width - d < kLanes ? width - d : kLanes,
                           context + d, context_stride);
  }
}

template <int kTokens>
[[gnu::always_inline]] inline void gathered_tile(const float* query, const float* keys, std::int64_t stride,
                                                 const std::int32_t* tokens, std::int64_t width, float* scores) {
  Floats sums[kTokens]{};
  over(width, [&](std::int64_t d, std::int64_t count) {
    const Floats values = take<Floats>(query + d, count);
    for (int t = 0; t < kTokens; ++t) sums[t] += values * take<Floats>(keys + tokens[t] * stride + d, count);
  });
  for (int t = 0; t < kTokens; ++t) scores[t] = sum(sums[t]);
}

void gathered_scores(const float* query, const float* keys, std::int64_t stride, const std::int32_t* tokens,
                     std::int64_t count, std::int64_t width, float* scores) {
  std::int64_t t = 0;
  for (; t + kTile <= count; t += kTile) gathered_tile<kTile>(query, keys, stride, tokens + t, width, scores + t);
  for (; t < count; ++t) gathered_tile<1>(query, keys, stride, tokens + t, width, scores + t);
}

template <int kVectors>
[[gnu::always_inline]] inline void gathered_part(const float* weights, const float* values, std::int64_t stride,
                                                 const std::int32_t* tokens, std::int64_t count, std::int64_t width,
                                                 float* context) {
  Floats sums[kVectors];
  const std::int64_t part = kVectors == 1 ? width : kLanes;
  for (int v = 0; v < kVectors; ++v) sums[v] = take<Floats>(context + v * kLanes, part);
  for (std::int64_t t = 0; t < count; ++t) {
    const float* from = values + tokens[t] * stride;
    for (int v = 0; v < kVectors; ++v) sums[v] += take<Floats>(from + v * kLanes, part) * weights[t];
  }
  for (int v = 0; v < kVectors; ++v) put(sums[v], part, context + v * kLanes);
}

void gathered_context(const float* weights, const float* values, std::int64_t stride, const std::int32_t* tokens,
                      std::int64_t count, std::int64_t width, float* context) {
  std::int64_t d = 0;
  for (; d + kTile * kLanes <= width; d += kTile * kLanes)
    gathered_part<kTile>(weights, values + d, stride, tokens, count, kLanes, context + d);
  for (; d < width; d += kLanes) {
    gathered_part<1>(weights, values + d, stride, tokens, count, width - d < kLanes ? width - d : kLanes, context + d);
  }
}

template <class Element>
void few_scores(const float* queries, std::int64_t query_stride, std::int64_t rows, const Element* keys_t,
                std::int64_t key_stride, std::int64_t width, std::int64_t tokens, float* scores,
                std::int64_t score_stride) {
  switch (rows) {
    case 1:
      return scores_of<1>(queries, query_stride, keys_t, key_stride, width, tokens, scores, score_stride);
    case 2:
      return scores_of<2>(queries, query_stride, keys_t, key_stride, width, tokens, scores, score_stride);
    case 3:
      return scores_of<3>(queries, query_stride, keys_t, key_stride, width, tokens, scores, score_stride);
    default:
      return scores_of<4>(queries, query_stride, keys_t, key_stride, width, tokens, scores, score_stride);
  }
}

template <class Element>
void few_contexts(const float* weights, std::int64_t weight_stride, std::int64_t rows, const Element* values,
                  std::int64_t width, std::int64_t tokens, float* context, std::int64_t context_stride) {
  switch (rows) {
    case 1:
      return contexts_of<1>(weights, weight_stride, values, width, tokens, context, context_stride);
    case 2:
      return contexts_of<2>(weights, weight_stride, values, width, tokens, context, context_stride);
    case 3:
      return contexts_of<3>(weights, weight_stride, values, width, tokens, context, context_stride);
    default:
      return contexts_of<4>(weights, weight_stride, values, width, tokens, context, context_stride);
  }
}

}  // namespace

extern const VectorLoops kLoops;
const VectorLoops kLoops = {layer_norm,
                            gelu,
                            add,
                            max_abs,
                            largest,
                            quantize,
                            to_bfloat16,
                            dequantize,
                            dequantize_gelu,
                            dequantize_add,
                            dequantize_bfloat16,
                            softmax_numerators,
                            softmax_numerators_bfloat16,
                            multiply,
                            dot,
                            few_scores<float>,
                            few_scores<BFloat16>,
                            few_contexts<float>,
                            few_contexts<BFloat16>,
                            rms_norm,
                            relu,
                            quick_gelu,
                            gelu_tanh,
                            product,
                            scale_add,
                            gathered_scores,
                            gathered_context};

}  // namespace blip::BLIP_ISA
